"""Makes questions about made-up tables with what they ask for, in English and Korean, to train the
network: phrasings in `phrases/`, columns from the vocabulary, values from `values.json`."""
