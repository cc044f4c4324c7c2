"""The people of the tests: one team with all its roles, and strangers who must not see its rows."""

import pytest

from campaigns.models import Team, User
from campaigns.models.user import Role
from tests.factories import TeamFactory, UserFactory


@pytest.fixture
def team(db: None) -> Team:
    """The team of manager, rep, other_rep and agent."""
    return TeamFactory(name="Austin")


@pytest.fixture
def admin(db: None) -> User:
    """May do everything."""
    return UserFactory(username="admin", role=Role.ADMIN)


@pytest.fixture
def manager(team: Team) -> User:
    """Runs the team."""
    return UserFactory(username="manager", role=Role.MANAGER, team=team)


@pytest.fixture
def rep(team: Team) -> User:
    """Sells."""
    return UserFactory(username="rep", role=Role.REP, team=team)


@pytest.fixture
def other_rep(team: Team) -> User:
    """Sells beside ``rep``, in the same team."""
    return UserFactory(username="other_rep", role=Role.REP, team=team)


@pytest.fixture
def stranger(db: None) -> User:
    """Sells in another team."""
    return UserFactory(username="stranger", role=Role.REP, team=TeamFactory(name="Boston"))


@pytest.fixture
def agent(team: Team) -> User:
    """Answers customers."""
    return UserFactory(username="agent", role=Role.AGENT, team=team)


@pytest.fixture
def analyst(db: None) -> User:
    """Reads figures, not people."""
    return UserFactory(username="analyst", role=Role.ANALYST)


@pytest.fixture
def partner(db: None) -> User:
    """The service account of another system."""
    return UserFactory(username="partner", role=Role.PARTNER)
