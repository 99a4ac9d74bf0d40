declare module "tr46" {
  type Options = {
    readonly checkHyphens?: boolean;
    readonly checkBidi?: boolean;
    readonly checkJoiners?: boolean;
    readonly useSTD3ASCIIRules?: boolean;
    readonly transitionalProcessing?: boolean;
    readonly ignoreInvalidPunycode?: boolean;
  };
  const tr46: {
    /** null = not a domain name. */
    toASCII(
      domain: string,
      options: Options & { readonly verifyDNSLength?: boolean },
    ): string | null;
    toUnicode(
      domain: string,
      options: Options,
    ): { readonly domain: string; readonly error: boolean };
  };
  export default tr46;
}
