"""The nouns of the top floor."""

from analytics.models.recommendation import Recommendation, RecommendationStatus

__all__ = ["Recommendation", "RecommendationStatus"]
