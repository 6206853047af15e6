"""What has been learned: the chart, the class page, the home-learning summary."""
