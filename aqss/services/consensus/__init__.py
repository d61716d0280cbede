"""Each one first, then the team: what a person does in an assessment rated individually.

===============  ===================================================================================
own_sheets       one's own sheets: their list, the page of one, « j’ai terminé »
own_ratings      save one answer of one's own
sittings         where a gesture lands: the open sitting, the criteria to agree on
sessions         a sitting: prepare it, begin, go to a criterion, end
agendas          what is on its agenda, and for how long
agreeing         the team's answer to a criterion; ratify what all agree on
second_rounds    a second blind round on a criterion, from the phones; the agreement it sets aside
currents         the criterion on the screens, with what is known of it
previous         what the team said of it last time
screens          what the projected screen and the phones show
===============  ===================================================================================

This package imports :mod:`aqss.services.assessments`, never the other way (no circle between siblings). So
what an assessment itself needs of blind ratings lives there: ``rounds`` (is the round open), ``participants``
(who rates), ``spreads`` (what may be told of ratings, the only reader of other people's), ``agreed`` (what
agreements finish, and set aside) and ``cutting`` (names taken off for good).
"""
