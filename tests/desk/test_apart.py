"""What came in a flood: a list of its own, and nothing goes out by itself."""

from tests.desk.conftest import House
from tests.tips import a_tip


def test_a_list_of_their_own_until_somebody_takes_them_in(house: House) -> None:
    real, junk = a_tip(), a_tip()
    house.book.file(real)
    house.book.file(junk, apart=True)
    desk = house.inside()
    assert real.id in desk.page("/tips")
    assert junk.id not in desk.page("/tips")
    assert desk.post("/tips/filter", "/tips", apart="yes").status_code == 303
    assert junk.id in desk.page("/tips")
    assert real.id not in desk.page("/tips")
    assert desk.post(f"/tips/{junk.id}/take-in", f"/tips/{junk.id}").status_code == 303
    assert desk.post("/tips/filter", "/tips", clear="1").status_code == 303
    assert junk.id in desk.page("/tips")
    assert ("tip.take_in", junk.id) in [(act.act, act.what) for act in house.audit.read()]


def test_a_viewer_takes_nothing_in(house: House) -> None:
    junk = a_tip()
    house.book.file(junk, apart=True)
    answer = house.inside("viewer").post(f"/tips/{junk.id}/take-in")
    assert answer.status_code == 403


def test_nothing_of_it_goes_out_by_itself(house: House) -> None:
    real, junk = a_tip(), a_tip()
    house.book.file(real)
    house.book.file(junk, apart=True)
    assert {one.state for one in house.post.list(tip_id=junk.id)} == {"held"}
    assert "due" in {one.state for one in house.post.list(tip_id=real.id)}
