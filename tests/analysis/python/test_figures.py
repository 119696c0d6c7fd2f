"""Charts and pictures."""

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.language import KOREAN
from tests.analysis.python.code import Conversation, of_kind, said
from tests.analysis.tables import figure_of

PNG = b"\x89PNG\r\n"


def test_plotly_figure_is_a_chart_as_ours_are(sales: Conversation) -> None:
    outcome = sales.run(
        "fig = px.bar(df, x='region', y='price', title='지역별 가격')\n"
        "fig.update_layout(height=500)"
    )
    (chart,) = of_kind(outcome, "chart")
    assert (chart.title, chart.meta["height"]) == ("지역별 가격", 500)
    assert chart.meta["description"] == "지역별 가격: bar, axes region, price."
    figure = figure_of(outcome)
    assert figure["data"][0]["x"] == ["서울", "부산", "서울", "대구"]
    assert figure["data"][0]["y"] == [1.5, 2.25, 3.0, 4.75]
    assert "template" not in figure["layout"]
    assert "The chart “지역별 가격” was drawn." in said(outcome)


def test_figures_are_shown_once_each(sales: Conversation) -> None:
    outcome = sales.run(
        "a = go.Figure(go.Scatter(x=df.sold_on, y=[1, None, float('inf'), 4]))\n"
        "a.show()\na.show()\nb = px.imshow([[1, 2], [3, 4]])\nb.show(renderer='browser')\na"
    )
    charts = of_kind(outcome, "chart")
    assert [chart.title for chart in charts] == ["Chart 1", "Chart 2"]
    kinds = {trace["type"] for n in (1, 2) for trace in figure_of(outcome, f"Chart {n}")["data"]}
    assert kinds == {"scatter", "heatmap"}
    scatter = next(
        f for n in (1, 2) if (f := figure_of(outcome, f"Chart {n}"))["data"][0]["type"] == "scatter"
    )
    assert scatter["data"][0]["x"][0] == "2024-01-02"
    assert scatter["data"][0]["y"] == [1, None, None, 4]


def test_an_animation_keeps_its_frames(sales: Conversation) -> None:
    outcome = sales.run("px.bar(df, x='region', y='price', animation_frame='region')")
    assert len(figure_of(outcome)["frames"]) == 3


def test_a_chart_that_is_too_large_is_left_out(sales: Conversation) -> None:
    outcome = sales.run("px.scatter(x=np.arange(900_000) / 7, y=np.arange(900_000) / 7)")
    assert not of_kind(outcome, "chart")
    assert "is not shown" in said(outcome)


def test_pictures_of_matplotlib_are_files(sales: Conversation) -> None:
    outcome = sales.run(
        "plt.plot([1, 2])\nplt.title('가격')\nplt.show()\n"
        "fig, ax = plt.subplots()\nax.bar(['가', '나'], [1, 2])",
        KOREAN,
    )
    pictures = of_kind(outcome, "file")
    assert [one.title for one in pictures] == ["그림 1", "그림 2"]
    assert all(one.media_type == "image/png" for one in pictures)
    assert all(read_bytes(one).startswith(PNG) for one in pictures)
    assert not [f for f in outcome.facts if f.key in ("python.value", "python.warned")]


def test_pandas_draws_by_itself(sales: Conversation) -> None:
    outcome = sales.run("sales.price.hist()")
    (picture,) = of_kind(outcome, "file")
    assert read_bytes(picture).startswith(PNG)
    assert not of_kind(outcome, "text")


def test_figures_that_pyplot_does_not_know(sales: Conversation) -> None:
    code = "from matplotlib.figure import Figure\nf = Figure()\nf.add_subplot().plot([1, 2])\nf"
    (picture,) = of_kind(sales.run(code), "file")
    assert read_bytes(picture).startswith(PNG)


def test_figures_of_one_call_are_not_those_of_the_next(sales: Conversation) -> None:
    sales.run("plt.plot([1, 2])")
    assert not of_kind(sales.run("plt.rcParams['font.family'][0]"), "file")
