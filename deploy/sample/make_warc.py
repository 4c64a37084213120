#!/usr/bin/env python3
"""Writes sample.warc.gz beside this file: pages invented for Thresher in many languages, wrapped in the markup that pages have, and the
records that crawls have besides. The same bytes each time."""
import gzip, pathlib

PAGES = [  # language, charset, title, caption, credit, paragraphs
    ("en", "utf-8", "Ferry returns to the northern islands after nine years", "The ferry leaves the old pier.", "Harbour Press/Cara Model/Pool via Gazette",
     ["The ferry to the northern islands sailed again on Wednesday, nine years after the last one, and the old pier was full of people.",
      "It carries forty cars and three hundred passengers, and it takes two hours and ten minutes in calm weather, the harbour master said.",
      "Tickets cost less than before, because the county pays half of the fare for those who live on one of the islands."]),
    ("de", "utf-8", "Die alte Mühle am Fluss mahlt wieder", "Das Mühlrad nach der Reparatur.", "Foto: Anna Muster",
     ["Nach zwölf Jahren Stillstand dreht sich das Rad der alten Mühle am Fluss wieder, und am Samstag wurde das erste Mehl verkauft.",
      "Der Verein hat für die Reparatur mehr als vierzigtausend Euro gesammelt, sagte die Vorsitzende bei der Eröffnung.",
      "Wer zusehen will, kann an jedem ersten Sonntag im Monat kommen; der Eintritt ist frei, das Brot kostet drei Euro."]),
    ("fr", "utf-8", "Le village rouvre son école après vingt ans", "La cour de l'école.", "Photo : Jean Exemple",
     ["L'école du village a rouvert ses portes lundi matin, vingt ans après sa fermeture, avec onze élèves et une seule institutrice.",
      "Les habitants ont repeint eux-mêmes les salles de classe pendant l'été, a raconté la maire devant les parents réunis dans la cour.",
      "Une seconde classe pourrait ouvrir l'année prochaine, si quatre familles de plus s'installent dans la vallée."]),
    ("es", "iso-8859-1", "El faro del cabo vuelve a encenderse", "El faro de noche.", "Foto: Luis Prueba",
     ["El faro del cabo volvió a encenderse el martes por la noche, después de tres años de obras y de una larga discusión sobre su color.",
      "La luz se ve ahora desde treinta kilómetros, según explicó el ingeniero, y consume la décima parte que la anterior.",
      "Los vecinos podrán visitar la torre los sábados por la mañana, en grupos de diez personas."]),
    ("pl", "utf-8", "Most nad rzeką otwarty dla rowerów", "Pierwsi rowerzyści na moście.", "Fot. Jan Przykład",
     ["Stary most nad rzeką został w poniedziałek otwarty dla rowerów i pieszych, samochody muszą nadal jeździć objazdem przez las.",
      "Remont trwał dwa lata i kosztował mniej, niż planowano, powiedziała burmistrz podczas krótkiej uroczystości.",
      "Jesienią na moście staną ławki, a wiosną miasto chce posadzić wzdłuż drogi sto młodych lip."]),
    ("ru", "windows-1251", "В посёлке открыли новую библиотеку", "Читальный зал.", "Фото: Иван Пример",
     ["В посёлке у озера в субботу открыли новую библиотеку, которую жители строили почти четыре года на собственные деньги.",
      "В ней двенадцать тысяч книг и большой читальный зал, рассказала заведующая на открытии.",
      "Зимой библиотека будет работать до девяти вечера, потому что в посёлке больше некуда пойти."]),
    ("el", "utf-8", "Το παλιό τρένο επιστρέφει στο βουνό", "Το τρένο στον σταθμό.", "Φωτογραφία: Μαρία",
     ["Το παλιό τρένο του βουνού ξεκίνησε πάλι την Κυριακή το πρωί, ύστερα από δεκαπέντε χρόνια, με διακόσιους επιβάτες.",
      "Η διαδρομή διαρκεί σαράντα λεπτά και περνά από επτά γέφυρες, είπε ο σταθμάρχης."]),
    ("ar", "utf-8", "عودة السوق القديم إلى وسط المدينة", "السوق في الصباح.", "تصوير: سامي",
     ["عاد السوق القديم إلى وسط المدينة يوم الخميس بعد خمس سنوات من الترميم، وامتلأت الشوارع بالناس منذ الصباح الباكر.",
      "وقال رئيس البلدية إن مئة وعشرين دكانا فتحت أبوابها، وإن عددا آخر سيفتح قبل نهاية العام."]),
    ("hi", "utf-8", "गाँव की पुरानी झील फिर पानी से भरी", "झील का किनारा।", "फोटो: राज",
     ["गाँव की पुरानी झील दस साल बाद फिर पानी से भर गई है, और लोग सुबह से ही उसके किनारे इकट्ठा हो रहे हैं।",
      "पंचायत ने बताया कि तीन सौ परिवारों ने मिलकर नहर की सफाई की, जिससे पानी वापस आया।"]),
    ("zh", "gb18030", "老茶馆在河边重新开张", "茶馆的门口。", "摄影：王例",
     ["河边的老茶馆停业八年之后，星期六上午重新开张，门前排起了长队，许多老人从很远的地方赶来。", "店主说，屋顶和木桌都是请村里的木匠按照原来的样子修好的，茶的价格也没有变。"]),
    ("ja", "shift_jis", "山の小さな駅に列車が戻った", "駅に着いた列車。", "撮影：例",
     ["山の小さな駅に、六年ぶりに列車が戻ってきた。日曜日の朝、ホームには近くの村から二百人が集まった。", "駅長は、橋の工事が予定より早く終わったと話し、冬も毎日三本の列車が走ると説明した。"]),
    ("ko", "utf-8", "바닷가 마을에 작은 극장이 문을 열었다", "극장 앞의 주민들.", "사진: 예시",
     ["바닷가 마을에 작은 극장이 토요일 저녁 문을 열었고, 첫 공연에는 주민 백오십 명이 모였다.", "극장은 오래된 창고를 고쳐 만든 것으로, 겨울에도 매주 공연이 열릴 예정이라고 마을 대표가 말했다."]),
]
MENU = '<nav class="menu"><ul><li><a href="/">1</a></li><li><a href="/a">2</a></li><li><a href="/b">3</a></li></ul></nav>'
RELATED = '<div class="related"><h3>+</h3><ul><li><a href="/x">Lighthouse gets a new lamp</a></li><li><a href="/y">Fishing fleet shrinks</a></li></ul></div>'


def html(language, charset, title, caption, credit, paragraphs):
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (f'<!doctype html><html lang="{language}"><head><meta charset="{charset}"><title>{title} | The Sample</title>'
            f'<meta property="og:site_name" content="The Sample"><meta property="article:published_time" content="2024-07-03T10:15:00Z"></head><body>{MENU}'
            f'<article><h1>{title}</h1><figure><img src="/{language}.jpg" alt=""><figcaption>{caption} {credit}</figcaption></figure>'
            f'<div class="article-body">{text}</div>{RELATED}</article><footer><p>The Sample, 2024</p></footer></body></html>').encode(charset, "xmlcharrefreplace")


def record(kind, uri, block, content_type="application/http; msgtype=response"):
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2024-07-03T12:00:00Z\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 9, mtime=0)


def response(body, status="200 OK", content_type="text/html", extra=""):
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{extra}\r\n".encode() + body


def chunked(body):
    half = len(body) // 2
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:])) + b"0\r\n\r\n"


def main():
    out = [record("warcinfo", "urn:sample", b"software: hand\r\n", "application/warc-fields")]
    for number, page in enumerate(PAGES):
        body, extra = html(*page), ""
        if number % 3 == 1:
            body, extra = gzip.compress(body, 9, mtime=0), "Content-Encoding: gzip\r\n"
        if number % 3 == 2:
            body, extra = chunked(body), "Transfer-Encoding: chunked\r\n"
        out.append(record("response", f"https://sample.example/{page[0]}/2024/07/03/", response(body, extra=extra)))
    flat = PAGES[0]
    lines = ["The Sample", flat[2], "text size", flat[2], f"{flat[3]} ({flat[4]})", f"{flat[3]} ({flat[4]})", *flat[5], "Did you like this?"]
    out.append(record("conversion", "https://sample.example/flat", "\n".join(lines).encode(), "text/plain"))
    out.append(record("response", "https://sample.example/gone", response(b"<p>gone</p>", "404 Not Found")))
    out.append(record("response", "https://sample.example/paper.pdf", response(b"%PDF-1.4 stub", content_type="application/pdf")))
    out.append(record("response", "https://sample.example/mislabelled", response(b"%PDF-1.4 stub")))
    out.append(record("revisit", "https://sample.example/en/2024/07/03/", b"HTTP/1.1 304 Not Modified\r\n\r\n"))
    pathlib.Path(__file__).with_name("sample.warc.gz").write_bytes(b"".join(out))


main()
