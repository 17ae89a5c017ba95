"""Interactive pages."""

PHRASES: dict[str, tuple[str, str]] = {
    "page_title": ("Picture", "图"),
    "page_film": ("Film", "动画"),
    "page_help_numbers": (
        "Point at a curve, a point or a bar for its numbers, or select the picture and use the "
        "arrow keys.",
        "将指针移到曲线、数据点或条形上即可查看数值，也可选中图后用方向键逐点查看。",
    ),
    "page_help_heights": (
        "Elsewhere in a contour it tells the height there, interpolated (≈).",
        "在等高线图的其他位置，显示该处的高度（插值，≈）。",
    ),
    "page_help_zoom": (
        "The wheel or two fingers zoom, dragging moves the picture, a double click resets it.",
        "滚轮或双指缩放，拖动平移，双击复原。",
    ),
    "page_help_legend": (
        "A name in the legend hides its curve and shows it again.",
        "点击图例中的名称可隐藏或显示相应的曲线。",
    ),
    "page_help_space": (
        "Drag the three-dimensional picture to turn it, or select it and use the arrow keys.",
        "拖动三维图可旋转，也可选中后用方向键旋转。",
    ),
    "page_space": ("three-dimensional picture; arrow keys turn it", "三维图，可用方向键旋转"),
    "page_point": ("point {k} of {count}", "第 {k} 点，共 {count} 点"),
    "page_play": ("Play", "播放"),
    "page_pause": ("Pause", "暂停"),
    "page_step": ("step", "步数"),
    "page_speed": ("speed", "速度"),
    "page_frame": ("frame {k} of {count}", "第 {k} 帧，共 {count} 帧"),
    "page_show": ("show or hide {label}", "显示或隐藏 {label}"),
}
