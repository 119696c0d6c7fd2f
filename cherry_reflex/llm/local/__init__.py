"""A model of one's own machine: a GGUF file, served by llama.cpp in a process of ours."""
