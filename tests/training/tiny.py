"""A BERT that is small enough to be trained in a test."""

import torch
from transformers import BertConfig, BertModel


def tiny_bert() -> BertModel:
    """Return one layer, 16 wide, without dropout; the same each time."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return BertModel(config, add_pooling_layer=False)
