// The lines for `.env` that connect a language model, by kind of provider.

export const CONNECTIONS = {
  compatible: {
    name: "OpenAI-compatible",
    lines: [
      "CHERRY_LLM_BASE_URL=http://127.0.0.1:8000/v1",
      "CHERRY_LLM_API_KEY=<key>",
      "CHERRY_LLM_MODEL=<model>",
    ],
  },
  openai: {
    name: "OpenAI",
    lines: ["CHERRY_LLM_PROVIDER=openai", "CHERRY_LLM_API_KEY=<key>", "CHERRY_LLM_MODEL=<model>"],
  },
  anthropic: {
    name: "Anthropic",
    lines: [
      "CHERRY_LLM_PROVIDER=anthropic",
      "CHERRY_LLM_API_KEY=<key>",
      "CHERRY_LLM_MODEL=<model>",
    ],
  },
  google: {
    name: "Google",
    lines: ["CHERRY_LLM_PROVIDER=google", "CHERRY_LLM_API_KEY=<key>", "CHERRY_LLM_MODEL=<model>"],
  },
  ollama: {
    name: "Ollama",
    lines: ["CHERRY_LLM_PROVIDER=ollama", "CHERRY_LLM_MODEL=<model>"],
  },
};

export const PROVIDERS = {
  openai: "OpenAI-compatible",
  anthropic: "Anthropic",
  google: "Google",
  ollama: "Ollama",
};
