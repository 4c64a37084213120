#!/usr/bin/env bash
# thresher-extract from the outside: order, formats, what fails, exit status.
set -uo pipefail
extract=$THRESHER_BIN/thresher-extract
[ -x "$extract" ] || { echo "$extract is not there"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

check() { # NAME: the status of the test before it decides
    if [ "$2" -eq 0 ]; then echo "ok   $1"; else echo "FAIL $1"; failures=$((failures + 1)); fi
}

page() { # NUMBER
    local i
    printf '<!doctype html><title>Page %d</title><article><h1>Page %d</h1>' "$1" "$1"
    for i in 1 2 3 4; do
        printf '<p>In the harbour office of town %d the ferry tickets are printed by hand, %d at a time, and sold before breakfast.</p>' "$1" "$i"
    done
    printf '</article>'
}

for i in $(seq 1 60); do
    page "$i" >"$dir/$i.html"
    printf '%s\thttp://site.example/%d\n' "$dir/$i.html" "$i"
done >"$dir/list"

"$extract" --files-from "$dir/list" --jobs 3 >"$dir/out"
check "a list exits 0" $?
[ "$(wc -l <"$dir/out")" -eq 60 ]
check "one line a page" $?
awk -v dir="$dir" '{ want = "{\"path\":\"" dir "/" NR ".html\",\"status\":\"ok\",\"url\":\"http://site.example/" NR "\"" }
    index($0, want) != 1 || !index($0, "\"title\":\"Page " NR "\"") { bad = 1 } END { exit bad }' "$dir/out"
check "lines are in the order of the list, with path and url" $?

"$extract" --jobs 3 "$dir/1.html" "$dir/none.html" "$dir" "$dir/2.html" >"$dir/out" 2>"$dir/err"
[ $? -eq 1 ]
check "a page that fails gives exit 1" $?
[ "$(grep -c '"status":"ok"' "$dir/out")" -eq 2 ] && [ "$(wc -l <"$dir/out")" -eq 4 ] && sed -n 2p "$dir/out" | grep -q '"failure":{"class":"file".*No such file'
check "the others are extracted, and its line says why" $?
grep -q '2 of 4 pages failed' "$dir/err"
check "how many failed is said" $?

: >"$dir/empty.html"
"$extract" "$dir/empty.html" >"$dir/out"
rc=$?
[ "$(wc -l <"$dir/out")" -eq 1 ] && { [ $rc -eq 0 ] || [ $rc -eq 1 ]; }
check "an empty file has a line" $?

head -c 17000000 /dev/zero >"$dir/large.html"
"$extract" "$dir/large.html" >"$dir/out"
[ $? -eq 1 ] && grep -q '"status":"too_large"' "$dir/out"
check "a file above the cap is too_large" $?

"$extract" --format text - <"$dir/7.html" >"$dir/out"
[ $? -eq 0 ] && grep -q 'harbour office of town 7' "$dir/out" && ! grep -q '[<{]' "$dir/out"
check "text of standard input" $?
"$extract" --format markdown "$dir/7.html" >"$dir/out"
[ $? -eq 0 ] && head -1 "$dir/out" | grep -q '^# Page 7$'
check "markdown begins with the title" $?
"$extract" --url http://given.example/ "$dir/7.html" | grep -q '"url":"http://given.example/"'
check "--url is the page's url" $?
printf 'Just some words of a page that somebody flattened.\n' >"$dir/words"
"$extract" "$dir/words" >"$dir/out"
[ "$(wc -l <"$dir/out")" -eq 1 ]
check "words without tags are taken as text" $?

if command -v python3 >/dev/null; then
    "$extract" --format json "$dir/1.html" "$dir/2.html" | python3 -c 'import json, sys; assert [p["title"] for p in json.load(sys.stdin)] == ["Page 1", "Page 2"]'
    check "json of several pages is one array" $?
    "$extract" --format json "$dir/1.html" | python3 -c 'import json, sys; assert json.load(sys.stdin)["title"] == "Page 1"'
    check "json of one page is one object" $?
fi

"$extract" --files-from "$dir/list" --no-sandbox --format text >"$dir/out" 2>"$dir/err"
[ $? -eq 0 ] && grep -q 'without the sandbox' "$dir/err" && "$extract" --files-from "$dir/list" --format text 2>"$dir/err2" | cmp -s - "$dir/out" && ! grep -qv profiling: "$dir/err2" # which is what a sandboxed process of a coverage build says of its counts
check "--no-sandbox is warned of, and changes no article" $?

for wrong in "" "--format xml $dir/1.html" "--kind pdf $dir/1.html" "--jobs 0 $dir/1.html" "--nonsense" "--files-from $dir/none" "- -"; do
    # shellcheck disable=SC2086
    "$extract" $wrong >"$dir/out" 2>"$dir/err" </dev/null
    [ $? -eq 2 ] && [ ! -s "$dir/out" ] && [ "$(wc -l <"$dir/err")" -eq 1 ]
    check "usage: thresher-extract $wrong" $?
done
"$extract" --files-from "$dir/list" >/dev/full 2>"$dir/err"
[ $? -eq 3 ] && grep -q 'standard output' "$dir/err"
check "output that cannot be written gives exit 3" $?
"$extract" --help | grep -q -- --files-from && "$extract" --version | grep -q '^thresher-extract [0-9]'
check "--help and --version" $?

# An extractor that is killed from outside costs nothing: its page is tried again. The second kill comes later, lest it hits the same page.
for i in $(seq 1 40); do cat "$dir/list"; done >"$dir/long"
"$extract" --files-from "$dir/long" --jobs 2 >"$dir/out" &
pid=$!
killed=0
for i in $(seq 1 400); do
    children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null) || break
    for child in $children; do
        [ "$(wc -l <"$dir/out")" -gt $((100 + 500 * killed)) ] && [ $killed -lt 2 ] && kill -9 "$child" 2>/dev/null && killed=$((killed + 1)) && break
    done
    [ $killed -ge 2 ] && break
    sleep 0.01
done
wait "$pid"
rc=$?
[ $rc -eq 0 ] && [ "$(grep -c '"status":"ok"' "$dir/out")" -eq 2400 ]
check "extractors killed in the middle ($killed) lose no page (exit $rc)" $?

[ $failures -eq 0 ]
