/** Files a model can become. */
export const documentFormats = ["pdf", "docx", "xlsx", "xml", "md", "csv"] as const;
export type DocumentFormat = (typeof documentFormats)[number];

/** Made to be read, not to be read in: without the columns that only programs use. */
export const readableFormats: readonly DocumentFormat[] = ["pdf", "docx", "md"];

export const mediaTypes: Readonly<Record<DocumentFormat, string>> = {
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xml: "application/xml; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};

/**
 * Rows of all tables together, beyond which a format is refused: PDF and Word are laid out in memory (10,000 rows of a
 * PDF with nine columns take about 3 s and 300 MB, 2,500 of Word 2 s and 320 MB) and nobody reads more; an Excel sheet
 * ends at 1,048,576.
 */
export const maxRows: Readonly<Record<DocumentFormat, number>> = {
  pdf: 10_000,
  docx: 2_500,
  xlsx: 1_000_000,
  xml: 1_000_000,
  md: 1_000_000,
  csv: 1_000_000,
};
