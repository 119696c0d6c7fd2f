"""An async client of CherryAI's HTTP API, for programs that ask questions. It knows the API and the
values of `core`, and nothing else of the house."""
