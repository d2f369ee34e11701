/* How easy a text is to read, as one writes. The same counting as hub/readability.py: both are held to
   tests/data/lix_cases.json. Nothing is sent and nothing is stored; without this file the server counts. */
window.Lix = (() => {
  "use strict";
  const LONG = 6, TARGET = 30, LONG_SENTENCE = 12, NAMED = 5, PAUSE = 500, QUIET = 2500;
  const WORD = /[\p{L}\p{N}]+(?:[-–’':.][\p{L}\p{N}]+)*/gu;
  const END = /(?<![.!?:])[.!?:]+["”’)]*(?=\s+(?:["”’(–-]+\s*)?[A-ZÅÄÖÉ]|\s*$)|\n+/g;
  const UNSEEN = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
  const LEVELS = [[25, "barnbok"], [30, "mycket lätt"], [40, "lätt"], [50, "medelsvår"], [60, "svår"]];

  const isLong = (word) => (word.match(/\p{L}/gu) || []).length > LONG;
  const sentences = (text) => {
    const plain = text.replace(UNSEEN, "").replace(/\r\n/g, "\n");
    const ends = [...plain.matchAll(END)].map((found) => found.index + found[0].length);
    const parts = [...ends, plain.length].map((end, n) => plain.slice(n ? ends[n - 1] : 0, end).trim());
    return parts.map((part) => [part, part.match(WORD) || []]).filter(([, words]) => words.length);
  };
  const count = (text) => {
    const all = sentences(text);
    const words = all.flatMap(([, inside]) => inside);
    const long = words.filter(isLong);
    const lix = words.length ? words.length / all.length + (100 * long.length) / words.length : 0;
    return {
      words: words.length,
      sentences: all.length,
      long_words: long.length,
      lix: Math.floor(lix + 0.5),
      level: (LEVELS.find(([below]) => lix < below) || [0, "mycket svår"])[1],
      easy: lix <= TARGET,
      long_sentences: all.filter(([, inside]) => inside.length > LONG_SENTENCE).map(([part]) => part).slice(0, NAMED),
      words_to_change: [...new Set(long)].slice(0, NAMED),
    };
  };
  const said = (one) => {
    if (!one.words) return "Skriv något, så räknas det här.";
    const perSentence = (Math.floor((10 * one.words) / one.sentences + 0.5) / 10).toFixed(1).replace(".", ",");
    return `LIX ${one.lix}, ${one.level}. ${perSentence} ord per mening, ${one.long_words} av ${one.words} ord är långa.`;
  };

  /* The box of a form: what the fields that the family reads come to together. What is seen follows what is typed;
     what is read aloud comes when somebody has stopped, and only when the text has become easy or hard. */
  const list = (box, name, rows) => {
    const part = box.querySelector(`[data-lix-${name}]`);
    const inside = part.querySelector("ul");
    inside.replaceChildren(...rows.map((row) => {
      const line = document.createElement("li");
      line.dir = "auto";
      line.textContent = row;
      return line;
    }));
    part.hidden = !rows.length;
  };
  const follow = (box) => {
    const form = document.getElementById(box.dataset.form);
    const names = box.dataset.lix.split(" ");
    const aloud = box.querySelector("[role=status]");
    let typing = 0, reading = 0, told = box.dataset.easy;
    const show = () => {
      const one = count(names.map((name) => form.elements[name]?.value || "").join("\n"));
      box.querySelector("[data-lix-said]").textContent = said(one);
      box.querySelector("[data-lix-hard]").hidden = !one.words || one.easy;
      box.querySelector("[data-lix-easy]").hidden = !one.words || !one.easy;
      list(box, "sentences", one.long_sentences);
      list(box, "words", one.easy ? [] : one.words_to_change);
      const now = one.words ? String(one.easy) : "";
      clearTimeout(reading);
      if (now && now !== told) {
        reading = setTimeout(() => {
          told = now;
          aloud.textContent = one.easy ? `Texten är lätt. LIX ${one.lix}.` : `Texten är svår. LIX ${one.lix}, högst ${TARGET} är målet.`;
        }, QUIET);
      }
    };
    box.querySelector("[data-lix-count]").hidden = true;
    form.addEventListener("input", (event) => {
      if (!names.includes(event.target.name)) return;
      clearTimeout(typing);
      typing = setTimeout(show, PAUSE);
    });
    show();
  };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-lix]").forEach(follow));
  return { count, said };
})();
