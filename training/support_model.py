"""The support head as it is trained: the reader's encoder and one logit on its first token."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from training.reader_model import ReaderModel


class SupportHead(nn.Module):
    """Gives the logits that evidence supports its claim, ``(batch,)``."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert
        self.supports = nn.Linear(bert.config.hidden_size, 1)

    @classmethod
    def start(cls, reader: Path) -> "SupportHead":
        """Begin at the reader's encoder, and at its verdict that a passage answers."""
        read = ReaderModel.read(reader)
        model = cls(read.bert)
        with torch.no_grad():
            model.supports.weight.copy_(read.verdicts.weight[:1])
            model.supports.bias.copy_(read.verdicts.bias[:1])
        return model

    @classmethod
    def read(cls, folder: Path) -> "SupportHead":
        """Read what `write` wrote."""
        config = BertConfig.from_pretrained(str(folder), attn_implementation="eager")
        model = cls(BertModel(config, add_pooling_layer=False))
        model.load_state_dict(load_file(folder / "model.safetensors"))
        return model

    @classmethod
    def mean(cls, folders: Sequence[Path]) -> "SupportHead":
        """Read several of one run and take the mean of their weights (Izmailov et al. 2018)."""
        read = [cls.read(folder).state_dict() for folder in folders]
        model = cls.read(folders[0])
        model.load_state_dict(
            {name: torch.stack([each[name] for each in read]).mean(0) for name in read[0]}
        )
        return model

    def write(self, folder: Path) -> None:
        """Write config.json and model.safetensors, float32."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: each.contiguous() for name, each in self.state_dict().items()}
        save_file(weights, folder / "model.safetensors", {"format": "pt"})
        self.bert.config.save_pretrained(str(folder))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        states = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state.float()
        logits: Tensor = self.supports(states[:, 0])[:, 0]
        return logits
