"""What a question asks for, as a value: a reading. Executed by `analysis.reading`, found without a
language model by `llm.embedded.reading`, shown and edited on the page."""
