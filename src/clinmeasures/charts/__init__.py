"""Results drawn as accessible SVG, the same on screen, in print and in PDF."""
