"""What tests do, asked lazily of a suite (`suite.ask(State)`): each analysis is one class, computed only when a selected rule asks.

Each folder has the analyses of one question; what tests touch (effects, doubles, layers), and what several questions need, stands beside
the folders.
"""
