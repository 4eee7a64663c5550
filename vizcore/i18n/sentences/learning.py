"""The sentences of `vizcore.errors.learning`: classes to learn, trained models, networks that somebody brings."""

from vizcore.i18n import N_

LEARNING = {
    "class_count_invalid": N_("Teaching takes at least 2 classes and at most 20, and there are {given}."),
    "class_count_invalid:few": N_(
        "Telling things apart takes at least {limit} classes, and there are {given}; please add a class with photos."
    ),
    "class_count_invalid:many": N_(
        "There are {given} classes, more than the limit of {limit}; please merge or leave out some."
    ),
    "class_count_invalid:unnamed": N_(
        "No folder and no file name says to which class these pictures belong; please put each class into a folder of"
        " its own, or name the files as in Abyssinian_1.jpg."
    ),
    "class_too_small": N_(
        "The photos of the class “{label}” fall into too few groups that differ ({given}), and it takes {needed}: one"
        " to learn from and another, taken at another moment, for the test. Please add photos from elsewhere."
    ),
    "class_empty": N_("The class “{label}” has no photo; please add some or delete the class."),
    "class_name_invalid": N_("“{name}” cannot be the name of a class; please choose another."),
    "class_name_invalid:empty": N_("A class needs a name; please type one."),
    "class_name_invalid:long": N_("The name “{name}” has more than {limit} characters; please choose a shorter one."),
    "class_name_invalid:characters": N_(
        "A class name may hold letters, digits, spaces and - _ . , ' ( ) only, and “{name}” holds something else;"
        " please choose another."
    ),
    "class_name_invalid:taken": N_("There is a class “{name}” already; please choose another name."),
    "photo_unnamed": N_(
        "Nothing says to which class the photo “{photo}” belongs; please put it into the folder of its class."
    ),
    "photo_in_two_classes": N_(
        "The photo “{photo}” is in the class “{first}” already, so it was not put into “{second}” too; to move it,"
        " choose it under “Edit” beside its class."
    ),
    "taught_file_invalid": N_(
        "This file is not a model that was trained here; please choose one that this page wrote."
    ),
    "taught_file_invalid:format": N_(
        "This file is not in the safetensors format, or it is cut short; please choose a model that this page wrote."
    ),
    "taught_file_invalid:record": N_(
        "This safetensors file does not say which classes and which backbone it belongs to ({detail}); please choose a"
        " model that this page wrote."
    ),
    "taught_file_invalid:tensors": N_(
        "The weights in this file do not fit what it says about them ({detail}); please export the model again."
    ),
    "taught_file_invalid:large": N_("This file is larger than the limit of {detail} MB; please choose another."),
    "backbone_differs": N_(
        "This model was trained on other weights of {model} than those on this machine; please train it again here."
    ),
    "own_model_refused": N_("The model “{name}” cannot be taken; please choose another."),
    "own_model_refused:hosted": N_(
        "On this shared server nobody brings a model of their own; please ask its administrator, or run the program on"
        " your machine."
    ),
    "own_model_refused:architecture": N_(
        "No classifier that can be taken is called “{name}” in torchvision, timm or transformers as they are installed"
        " here; please check the name."
    ),
    "own_model_refused:weights": N_(
        "The file does not fit the architecture “{name}”; please give its state dict as safetensors, with all its"
        " layers."
    ),
    "own_model_refused:input": N_("“{name}” does not take one RGB picture of this size; please choose another."),
    "own_model_refused:output": N_("“{name}” does not answer with one row of class scores; please give a classifier."),
    "own_model_refused:config": N_(
        "The config.json does not describe “{name}”, or asks for code of its own; please give the one beside the"
        " state dict."
    ),
    "own_labels_differ": N_(
        "The list has {found} classes, and the network gives {limit} scores; please give one name for each, or none."
    ),
    "onnx_refused": N_("This ONNX file cannot be taken; please choose another."),
    "onnx_refused:format": N_("This is not a valid ONNX file, or it is cut short; please export it again."),
    "onnx_refused:large": N_(
        "This ONNX file has {found} MB, more than the limit of {limit} MB; please bring a smaller network."
    ),
    "onnx_refused:nodes": N_(
        "This ONNX file has {found} operators, more than the limit of {limit}; please simplify it or bring a "
        "smaller network."
    ),
    "onnx_refused:external": N_(
        "This ONNX file keeps its numbers in other files, which are never opened; please export it as a single file."
    ),
    "onnx_refused:domain": N_(
        "This ONNX file uses operators of the domain “{found}”, and only ONNX's own are run; please export it "
        "without them."
    ),
    "onnx_refused:opset": N_(
        "This ONNX file is of opset {found}, and 7 to {limit} are known here; please export it with one of these."
    ),
    "onnx_refused:operator": N_(
        "This ONNX file uses “{found}” in a way whose cost or result cannot be known beforehand; please export it "
        "without."
    ),
    "onnx_refused:input": N_(
        "The network must have one input of 1 × 3 × S × S numbers (float32, S from 16 to 1024), and it has "
        "{found}; please export it so."
    ),
    "onnx_refused:output": N_(
        "The network must answer with one row of 2 to 25,000 class scores (float32), and it answers with {found}; "
        "please give a classifier."
    ),
    "onnx_refused:shapes": N_(
        "The layers of this ONNX file do not fit together at this input size; please check the size or export it again."
    ),
    "onnx_refused:memory": N_(
        "A picture would take more memory in this network than is allowed ({limit} million numbers in a layer); "
        "please bring a smaller one."
    ),
    "onnx_refused:run": N_("ONNX Runtime cannot run this file; please export it again with another opset."),
    "onnx_refused:labels": N_(
        "The list has {found} classes, and the network gives {limit} scores; please give one name for each, or none."
    ),
    "onnx_refused:numbers": N_(
        "Mean and deviation are three numbers each, for red, green and blue, and no deviation is 0 or less; please "
        "check them."
    ),
    "digits_missing": N_(
        "MNIST's digits come with the package {package}, and it, or its file of digits, is not here; please install it"
        " as requirements.lock names it."
    ),
    "idx_invalid": N_("{file} is not one of MNIST's files; please upload the four idx files as they are published."),
    "idx_invalid:format": N_(
        "{file} is no idx file of bytes (it begins with {found}, not {wanted}); please upload the four files of MNIST"
        " as they are published."
    ),
    "idx_invalid:cut": N_("{file} is damaged or cut short; please download it again."),
    "idx_invalid:size": N_("The pictures in {file} have {found} pixels, and MNIST's have {wanted}; please check it."),
    "idx_invalid:labels": N_("{file} has a label {found}, and digits go up to {wanted}; please check it."),
    "idx_invalid:pair": N_(
        "Labels in {file}: {found}, pictures: {wanted}; please upload two files that belong together."
    ),
    "idx_invalid:missing": N_(
        "Of the files named {file} there must be exactly one, and there are {found}; please keep the names under which"
        " MNIST is published."
    ),
    "idx_invalid:too_large": N_("{file} has more than {wanted} entries; please upload MNIST as it is published."),
    "idx_invalid:few": N_("Pictures in {file}: {found}, and at least {wanted} are needed; please upload more."),
}
