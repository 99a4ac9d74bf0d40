/** What starts or ends something in the middle of a line (CommonMark 0.31, GFM 0.29, and the dollars of GitHub's formulas). */
const active = /[\\`*_[\]<>#|~@$]|&(?=[#A-Za-z])|:(?=\/\/)/g;
/** Links without brackets (GFM, extended autolinks) that no character above interrupts. GitHub links mail addresses all the same. */
const bare = /(www)(?=\.)|(mailto|xmpp)(?=:)/gi;
/** What starts a list or underlines a heading at the beginning of a line. */
const leading = /^(?:[-+=]|\d{1,9}(?=[.)]))/;

/**
 * Text that stays text in a line of Markdown; line breaks become `<br>`, white space at the ends goes. Backslashes,
 * which may stand before any ASCII punctuation, are put before what could mean something.
 */
export const inline = (text: string): string =>
  text
    .trim()
    .replace(active, "\\$&")
    .replace(bare, "$&\\")
    .replace(/[ \t]*\n[ \t]*/g, "<br>");

/** The same at the beginning of a line. */
export const block = (text: string): string =>
  inline(text).replace(leading, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));

export const bold = (text: string): string => {
  const content = inline(text);
  return content === "" ? "" : `**${content}**`;
};
