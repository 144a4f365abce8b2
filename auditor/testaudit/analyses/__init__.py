"""What tests do, asked lazily of a suite (`suite.ask(State)`): each analysis is one class, computed only when a selected rule asks."""
