"""Every private or undocumented detail of other libraries that CherryAI leans on, one small test
each over the library that is installed. After an upgrade this folder says what broke, and which
module of ours needs it (`needed_by`)."""
