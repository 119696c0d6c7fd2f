"""Models: trained, judged on unseen rows, saved, used."""
