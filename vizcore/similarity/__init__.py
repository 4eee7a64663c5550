"""How alike are pictures to a model: two of them, their patches, or a whole gallery?

What needs no model stands here. The operations and the search load torch and are imported from their own modules:
`many` (embed_photos, embed_gallery), `patch_match` (patch_matches), `index` (ExactIndex).
"""

from vizcore.similarity.archive import read_zip
from vizcore.similarity.cosine import CosineWorking, cosine
from vizcore.similarity.directions import similarity_matrix
from vizcore.similarity.gallery import Gallery, GalleryPicture, gallery_photo, read_files, read_folder
from vizcore.similarity.projection import Projection, available_methods, project
from vizcore.similarity.ranking import Ranking, agreement, rank, rank_changes
from vizcore.similarity.retrieval import RetrievalScores, average_precision, evaluate_retrieval

__all__ = [
    "CosineWorking",
    "Gallery",
    "GalleryPicture",
    "Projection",
    "Ranking",
    "RetrievalScores",
    "agreement",
    "available_methods",
    "average_precision",
    "cosine",
    "evaluate_retrieval",
    "gallery_photo",
    "project",
    "rank",
    "rank_changes",
    "read_files",
    "read_folder",
    "read_zip",
    "similarity_matrix",
]
