"""The sentences of value models, scores, lifecycles and warnings, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {
    "{fact} is {value}: no points": "{fact} 为 {value}：不计分",
    "{fact} is {value}: {points} points x {weight} = {adds}": "{fact} 为 {value}：{points} 分 × {weight} = {adds}",
    "known factors carry {share}% of the weights": "已知因素占权重的 {share}%",
}
