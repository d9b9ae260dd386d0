"""What an iteration costs: beside other frameworks, against its own matrix products, and as the problem grows.

Reading order: workloads, contestants, worker, process, measure, report; then scaling and picture.
"""
