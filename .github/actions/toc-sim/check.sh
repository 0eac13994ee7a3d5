#!/usr/bin/env bash
# Checks scenarios, and puts what a change did to them into the summary of the job.
#
# TOC_SIM_FILES         patterns of files, with blanks between
# TOC_SIM_SINCE         the revision to compare with; empty: none
# TOC_SIM_ONLY_CHANGED  true: only files that differ from it
# GITHUB_STEP_SUMMARY, GITHUB_OUTPUT, RUNNER_TEMP  as GitHub sets them
set -uo pipefail
shopt -s globstar nullglob

report="${RUNNER_TEMP:-/tmp}/toc-sim.md"
echo "report=$report" >>"${GITHUB_OUTPUT:-/dev/null}"

# shellcheck disable=SC2206  # the words are patterns, to be expanded here
files=($TOC_SIM_FILES)
since=()
if [ -n "${TOC_SIM_SINCE:-}" ]; then
    since=(--since "$TOC_SIM_SINCE")
    if [ "${TOC_SIM_ONLY_CHANGED:-true}" = true ] && [ "${#files[@]}" -gt 0 ]; then
        changed="$(git diff --name-only --relative -z --diff-filter=d \
            --end-of-options "$TOC_SIM_SINCE" -- "${files[@]}" | tr '\0' '\n')" || {
            echo "toc-sim: no revision $TOC_SIM_SINCE here; check out with fetch-depth: 0" >&2
            exit 1
        }
        files=()
        while IFS= read -r file; do
            [ -n "$file" ] && files+=("$file")
        done <<<"$changed"
    fi
fi

if [ "${#files[@]}" -eq 0 ]; then
    echo "No scenario was changed." >"$report"
    code=0
else
    toc-sim check --expect --markdown ${since[@]+"${since[@]}"} -- "${files[@]}" >"$report"
    code=$?
fi
cat "$report" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
exit "$code"
