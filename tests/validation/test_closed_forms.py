from rsmi.validation import closed_forms


def test_two_derivations_of_every_number_agree():
    found = closed_forms.check()
    assert len(found) > 75
    assert [row for row in found if not row["pass"]] == []
