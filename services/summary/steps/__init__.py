"""The steps that a summary suggests: the rules behind them, HR's answers, and what is not suggested again."""
