"""The model that is trained: a frozen base with a LoRA adapter by PEFT."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crystal_llm.errors import TrainingError
from crystal_llm.training.config import TrainingConfig


def trainable_model(
    base_folder: Path, config: TrainingConfig, device: str, adapter_folder: Path | None = None
) -> Any:
    """A PEFT model ready to be trained.

    Args:
        base_folder: Holds the base model as safetensors with its config.
        config: Rank, targets, quantisation and precision.
        device: ``cpu``, ``cuda`` or ``cuda:N``.
        adapter_folder: An adapter to go on from; None starts a new one.

    Raises:
        TrainingError: Base or adapter cannot be loaded, or they are not as the config has
            them: rank, alpha, targets.
    """
    from safetensors import SafetensorError

    try:
        return _trainable_model(base_folder, config, device, adapter_folder)
    # peft's are ValueErrors; RuntimeError: other shapes, or no room on the device.
    except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
        raise TrainingError(
            f"{base_folder}: cannot be trained as the config says ({error})"
        ) from error


def _trainable_model(
    base_folder: Path, config: TrainingConfig, device: str, adapter_folder: Path | None
) -> Any:
    import torch
    from peft import LoraConfig, PeftModel, get_peft_model
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(config.seed)
    dtype = torch.bfloat16 if config.precision == "bfloat16" else torch.float32
    if config.from_scratch:
        architecture = AutoConfig.from_pretrained(str(base_folder), local_files_only=True)
        base = AutoModelForCausalLM.from_config(architecture, dtype=dtype).to(device)
    else:
        options: dict[str, Any] = {"dtype": dtype, "local_files_only": True}
        if config.quantisation == "nf4":
            from transformers import BitsAndBytesConfig

            options["quantization_config"] = BitsAndBytesConfig(
                load_in_4bit=True,
                bnb_4bit_quant_type="nf4",
                bnb_4bit_compute_dtype=dtype,
                llm_int8_skip_modules=["lm_head", *config.full_precision_layers],
            )
            options["device_map"] = {"": device}
        base = AutoModelForCausalLM.from_pretrained(str(base_folder), **options)
        if config.quantisation == "none":
            base = base.to(device)
        elif device == "cpu":
            # The same rounded numbers: a CPU would unpack them at every step anew.
            base = base.dequantize()
    base.requires_grad_(False)
    if adapter_folder is not None:
        model = PeftModel.from_pretrained(base, str(adapter_folder), is_trainable=True)
        held = model.peft_config["default"]
        its = (held.r, held.lora_alpha, sorted(held.target_modules))
        wanted = (config.rank, config.alpha, sorted(config.targets))
        if its != wanted:
            raise TrainingError(
                f"{adapter_folder}: has rank {its[0]} and alpha {its[1]} on {its[2]}, the config "
                f"asks for rank {wanted[0]} and alpha {wanted[1]} on {wanted[2]}; make them agree"
            )
    else:
        lora = LoraConfig(
            r=config.rank,
            lora_alpha=config.alpha,
            lora_dropout=config.dropout,
            target_modules=list(config.targets),
            bias="none",
            task_type="CAUSAL_LM",
        )
        model = get_peft_model(base, lora)
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return model


def trainable_parameters(model: Any) -> dict[str, Any]:
    """The adapter's parameters by name."""
    return {name: value for name, value in model.named_parameters() if value.requires_grad}


def save_adapter(model: Any, folder: Path) -> None:
    """Writes the adapter in half precision, as PEFT's own two files.

    float16 keeps 11 bits of each weight: more than the Q4 base needs, in half the size.
    """
    import torch
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    state = {
        name: value.detach().to("cpu", torch.float16).contiguous()
        for name, value in get_peft_model_state_dict(model).items()
    }
    weights = folder / "adapter_model.safetensors"
    unfinished = weights.with_name(weights.name + ".unfinished")
    save_file(state, str(unfinished), metadata={"format": "pt"})
    unfinished.replace(weights)  # a kill leaves the old weights or the new
    settings = model.peft_config["default"]
    # The base is named by the model card; a path of the training machine says nothing.
    original, settings.base_model_name_or_path = settings.base_model_name_or_path, None
    try:
        settings.save_pretrained(str(folder))
    finally:
        settings.base_model_name_or_path = original
