"""Tokens as score.py counts them."""
import re

ALONE = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]"
TOKEN = re.compile(ALONE + r"|(?:(?!" + ALONE + r")\w)+")


def tokens_of(text):
    return TOKEN.findall(text.lower())
