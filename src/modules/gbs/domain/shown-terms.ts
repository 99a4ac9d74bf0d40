import type { DebtTerms } from "../contract.ts";

/** Terms as both parties see them. What an administrator has hidden is hidden from all that the debt ever stated. */
export const shownTerms = (terms: DebtTerms, textHidden: boolean): DebtTerms =>
  textHidden ? { ...terms, description: "" } : terms;
