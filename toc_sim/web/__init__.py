"""The pages of a lesson over the engine itself, for the machine that they run on."""
