"""How is a model's class called in the language in force? Our own tables: here the classes that ship with the project.

Labels stay English in the models, in JSON, in CSV and in files; only what is shown is translated. A class without an
entry keeps its English name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from vizcore.i18n import current_language
from vizcore.i18n.imagenet_names import IMAGENET_FRENCH
from vizcore.i18n.imagenet_names_rest import IMAGENET_FRENCH_REST

# By the first of a label's names, in lower case: the 104 classes of the bundled classifiers, COCO's 80, a few more.
FRENCH: Mapping[str, str] = {
    # animals
    "goldfish": "poisson rouge",
    "european fire salamander": "salamandre tachetée",
    "bullfrog": "grenouille taureau",
    "american alligator": "alligator d’Amérique",
    "boa constrictor": "boa constricteur",
    "scorpion": "scorpion",
    "tarantula": "tarentule",
    "goose": "oie",
    "koala": "koala",
    "jellyfish": "méduse",
    "snail": "escargot",
    "american lobster": "homard américain",
    "black stork": "cigogne noire",
    "king penguin": "manchot royal",
    "chihuahua": "chihuahua",
    "yorkshire terrier": "yorkshire-terrier",
    "golden retriever": "golden retriever",
    "labrador retriever": "labrador",
    "german shepherd": "berger allemand",
    "standard poodle": "caniche royal",
    "tabby": "chat tigré",
    "persian cat": "chat persan",
    "egyptian cat": "mau égyptien",
    # what EfficientNet-Lite answers for the samples beside them
    "lynx": "lynx",
    "window screen": "moustiquaire",
    "siamese cat": "chat siamois",
    "motor scooter": "scooter",
    "moped": "cyclomoteur",
    "minibus": "minibus",
    "coffee mug": "grande tasse",
    "space shuttle": "navette spatiale",
    "daisy": "marguerite",
    "crash helmet": "casque",
    "disk brake": "frein à disque",
    "mountain bike": "vélo tout-terrain",
    # animals again
    "cougar": "puma",
    "lion": "lion",
    "brown bear": "ours brun",
    "ladybug": "coccinelle",
    "fly": "mouche",
    "bee": "abeille",
    "grasshopper": "sauterelle",
    "mantis": "mante religieuse",
    "dragonfly": "libellule",
    "monarch": "papillon monarque",
    "guinea pig": "cochon d’Inde",
    "hog": "cochon",
    "ox": "bœuf",
    "bison": "bison",
    "bighorn": "mouflon canadien",
    "gazelle": "gazelle",
    "arabian camel": "dromadaire",
    "orangutan": "orang-outan",
    "chimpanzee": "chimpanzé",
    "baboon": "babouin",
    "african elephant": "éléphant d’Afrique",
    "lesser panda": "panda roux",
    "bird": "oiseau",
    "cat": "chat",
    "dog": "chien",
    "horse": "cheval",
    "sheep": "mouton",
    "cow": "vache",
    "elephant": "éléphant",
    "bear": "ours",
    "zebra": "zèbre",
    "giraffe": "girafe",
    # people and traffic
    "person": "personne",
    "bicycle": "vélo",
    "car": "voiture",
    "motorcycle": "moto",
    "motorbike": "moto",
    "airplane": "avion",
    "bus": "bus",
    "train": "train",
    "truck": "camion",
    "boat": "bateau",
    "traffic light": "feu tricolore",
    "fire hydrant": "bouche d’incendie",
    "stop sign": "panneau stop",
    "parking meter": "parcmètre",
    "beach wagon": "break",
    "bullet train": "train à grande vitesse",
    "convertible": "cabriolet",
    "freight car": "wagon de marchandises",
    "go-kart": "kart",
    "gondola": "gondole",
    "jinrikisha": "pousse-pousse",
    "lifeboat": "canot de sauvetage",
    "limousine": "limousine",
    "police van": "fourgon de police",
    "school bus": "bus scolaire",
    "sports car": "voiture de sport",
    "tractor": "tracteur",
    "trolleybus": "trolleybus",
    # things
    "abacus": "boulier",
    "backpack": "sac à dos",
    "barn": "grange",
    "basketball": "ballon de basket",
    "beacon": "phare",
    "beer bottle": "bouteille de bière",
    "binoculars": "jumelles",
    "bow tie": "nœud papillon",
    "bucket": "seau",
    "candle": "bougie",
    "computer keyboard": "clavier d’ordinateur",
    "desk": "bureau",
    "drumstick": "baguette de tambour",
    "fountain": "fontaine",
    "gasmask": "masque à gaz",
    "hourglass": "sablier",
    "lampshade": "abat-jour",
    "maypole": "mât de mai",
    "oboe": "hautbois",
    "pay-phone": "téléphone public",
    "pop bottle": "bouteille de soda",
    "remote control": "télécommande",
    "rugby ball": "ballon de rugby",
    "sock": "chaussette",
    "sombrero": "sombrero",
    "spider web": "toile d’araignée",
    "sunglasses": "lunettes de soleil",
    "suspension bridge": "pont suspendu",
    "teapot": "théière",
    "teddy": "ours en peluche",
    "umbrella": "parapluie",
    "volleyball": "ballon de volley",
    "water tower": "château d’eau",
    "plate": "assiette",
    "bench": "banc",
    "handbag": "sac à main",
    "tie": "cravate",
    "suitcase": "valise",
    "frisbee": "frisbee",
    "skis": "skis",
    "snowboard": "snowboard",
    "sports ball": "ballon",
    "kite": "cerf-volant",
    "baseball bat": "batte de baseball",
    "baseball glove": "gant de baseball",
    "skateboard": "skateboard",
    "surfboard": "planche de surf",
    "tennis racket": "raquette de tennis",
    "bottle": "bouteille",
    "wine glass": "verre à vin",
    "cup": "tasse",
    "fork": "fourchette",
    "knife": "couteau",
    "spoon": "cuillère",
    "bowl": "bol",
    "chair": "chaise",
    "couch": "canapé",
    "potted plant": "plante en pot",
    "bed": "lit",
    "dining table": "table à manger",
    "toilet": "toilettes",
    "tv": "télévision",
    "laptop": "ordinateur portable",
    "mouse": "souris",
    "remote": "télécommande",
    "keyboard": "clavier",
    "cell phone": "téléphone portable",
    "microwave": "micro-ondes",
    "oven": "four",
    "toaster": "grille-pain",
    "sink": "évier",
    "refrigerator": "réfrigérateur",
    "book": "livre",
    "clock": "horloge",
    "vase": "vase",
    "scissors": "ciseaux",
    "teddy bear": "ours en peluche",
    "hair drier": "sèche-cheveux",
    "toothbrush": "brosse à dents",
    "object": "objet",
    # food and landscapes
    "ice cream": "crème glacée",
    "bell pepper": "poivron",
    "mushroom": "champignon",
    "orange": "orange",
    "lemon": "citron",
    "banana": "banane",
    "pizza": "pizza",
    "espresso": "expresso",
    "apple": "pomme",
    "sandwich": "sandwich",
    "broccoli": "brocoli",
    "carrot": "carotte",
    "hot dog": "hot-dog",
    "donut": "beignet",
    "cake": "gâteau",
    "alp": "montagne",
    "coral reef": "récif corallien",
    "seashore": "bord de mer",
    # what no box names
    "unlabelled": "sans étiquette",
    # the drawn scenes, and the folders of the built-in gallery
    "disc": "disque",
    "square": "carré",
    "triangle": "triangle",
    "star": "étoile",
    "drawn-disc": "disque dessiné",
    "drawn-square": "carré dessiné",
    "drawn-triangle": "triangle dessiné",
    "drawn-star": "étoile dessinée",
    "drawn-cat": "chat dessiné",
    "drawn-dog": "chien dessiné",
    "drawn-person": "personne dessinée",
    "coffee": "café",
    "rocket": "fusée",
    "flower": "fleur",
    "coins": "pièces de monnaie",
    "retina": "rétine",
    "galaxies": "galaxies",
    "pagoda": "pagode",
}
TABLES: Mapping[str, Mapping[str, str]] = {"fr": {**FRENCH, **IMAGENET_FRENCH, **IMAGENET_FRENCH_REST}}


def first_name(label: str) -> str:
    """The first of a class's names, in English: "tabby, tabby cat" -> "tabby"."""
    return label.split(",")[0].strip()


def class_name(label: str) -> str:
    """The class in the language in force: "chat tigré" for "tabby, tabby cat"; its first English name without one."""
    english = first_name(label)
    return TABLES.get(current_language(), {}).get(_key(english), english)


def class_name_with_english(label: str, longest: int) -> str:
    """ "chat tigré (tabby)": the English name beside it, where both fit into so many letters and differ."""
    english, ours = first_name(label), class_name(label)
    both = f"{ours} ({english})"
    return ours if ours.casefold() == english.casefold() or len(both) > longest else both


def names_of_classes(labels: Sequence[str]) -> list[str]:
    """The classes of a data set in the language in force: "chat" for "cat"; one without an entry as it is.

    A label is taken as a whole, commas too. Where two have the same name, the label stands beside it, so that no two
    classes of a set are shown as one: "moto (motorbike)".
    """
    table = TABLES.get(current_language(), {})
    names = [table.get(_key(label), label) for label in labels]
    times = Counter(names)
    return [
        f"{name} ({label})" if times[name] > 1 and name != label else name
        for name, label in zip(names, labels, strict=True)
    ]


def english_words(words: str) -> str:
    """What a person typed, as the labels say it: "chat tigré" -> "tabby" where the language in force is French."""
    typed = _key(words).replace("'", "’")
    table = TABLES.get(current_language(), {})
    return next((english for english, ours in table.items() if ours.casefold() == typed), words)


def _key(words: str) -> str:
    return " ".join(words.replace("_", " ").casefold().split())
