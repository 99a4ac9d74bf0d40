/**
 * Loaded before each test file: properties are tried with the same values each time, so that a commit that passes once
 * passes again. `PROPERTY_SEED=random script/test` looks for others; what fails prints the seed that it had.
 */
import fc from "fast-check";

const usualSeed = 20_261_122;
const asked = process.env["PROPERTY_SEED"] ?? String(usualSeed);
if (asked !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });
