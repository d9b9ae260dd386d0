"""Benchmarks of one iteration: against other frameworks, against its own matrix products, and for growing problems.

Reading order: workloads, contestants, worker, process, measure, report; then scaling and picture.
"""
