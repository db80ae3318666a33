"""The reader as it is trained: a BERT encoder, span logits, and two verdicts of their own.

"Is this the passage" ranks and "does it answer" keeps silent; one output for both serves
neither, hence one each, on the first token's state. Encoder and span logits are those of
transformers' BertForQuestionAnswering, under its names, so that it loads the same file.
"""

from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel


class ReaderModel(nn.Module):
    """Gives ``(batch, tokens)`` start and end logits, and ``(batch, 2)`` verdicts.

    The first token's span logits stand for no answer (Devlin et al. 2019). Verdicts are the
    logits of: the passage answers; the passage is the one to rank first.
    """

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert
        self.qa_outputs = nn.Linear(bert.config.hidden_size, 2)
        self.verdicts = nn.Linear(bert.config.hidden_size, 2)

    @classmethod
    def start(cls, folder: Path) -> "ReaderModel":
        """Begin at an encoder's weights, without dropout."""
        bert = BertModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        return cls(bert)

    @classmethod
    def read(cls, folder: Path) -> "ReaderModel":
        """Read what `write` wrote."""
        config = BertConfig.from_pretrained(str(folder), attn_implementation="eager")
        model = cls(BertModel(config, add_pooling_layer=False))
        weights = {
            name: each.float() for name, each in load_file(folder / "model.safetensors").items()
        }
        model.load_state_dict(weights)
        return model

    def write(self, folder: Path) -> None:
        """Write config.json and model.safetensors, float16."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: each.half().contiguous() for name, each in self.state_dict().items()}
        save_file(weights, folder / "model.safetensors", {"format": "pt"})
        config = self.bert.config
        config.architectures = ["BertForQuestionAnswering"]
        config.save_pretrained(str(folder))

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        states = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state.float()
        start, end = self.qa_outputs(states).unbind(-1)
        return start, end, self.verdicts(states[:, 0])
