"""Statistical process control: charts over time and their signals."""
