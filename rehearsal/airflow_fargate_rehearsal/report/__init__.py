"""The report of a rehearsal: what ran, as a picture and one page to read in a browser."""
