"""What leads and companies share on their way in through the API: own fields in their types, clean tags."""

from typing import Any, ClassVar

from rest_framework import serializers

from leads.services.known import tags
from leads.services.rules import customfields


class OwnFacts:
    """Checks ``custom`` and ``tags`` of a serializer; ``entity`` says whose own fields are meant."""

    entity: ClassVar[str]

    def validate_custom(self, custom: dict[str, Any]) -> dict[str, Any]:
        """Every own field in its type; an unknown key is refused with the known ones."""
        try:
            return customfields.checked(self.entity, custom)
        except customfields.BadValues as problem:
            raise serializers.ValidationError(problem.problems) from problem

    def validate_tags(self, names: list[str]) -> list[str]:
        """Tags without doubles."""
        try:
            return tags.cleaned(names)
        except tags.TagRefused as refusal:
            raise serializers.ValidationError(str(refusal)) from refusal
