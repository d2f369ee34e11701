"""Addresses under /api/v1/ of plans."""

from django.urls import path

from actionplans.api import follow_ups, goals, measures, plans

urlpatterns = [
    path("plans/", plans.plans, name="plans"),
    path("plans/<uuid:ref>/", plans.plan, name="plan"),
    path("plans/<uuid:ref>/close/", plans.plan_close, name="plan_close"),
    path("cases/<uuid:ref>/plan/", plans.case_plan, name="case_plan"),
    path("cases/<uuid:ref>/goals/", goals.goals, name="goals"),
    path("goals/<uuid:ref>/", goals.goal, name="goal"),
    path("goals/<uuid:ref>/end/", goals.goal_end, name="goal_end"),
    path("goals/<uuid:ref>/history/", goals.goal_history, name="goal_history"),
    path("cases/<uuid:ref>/measures/", measures.measures, name="measures"),
    path("measures/", measures.own_measures, name="own_measures"),
    path("measures/<uuid:ref>/", measures.measure, name="measure"),
    path("measures/<uuid:ref>/done/", measures.measure_done, name="measure_done"),
    path("measures/<uuid:ref>/history/", measures.measure_history, name="measure_history"),
    path("meetings/<uuid:ref>/follow-ups/", follow_ups.follow_ups, name="plan_follow_ups"),
]
