import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import { parseInstant, parseLocalDate } from "#platform/kernel/time";
import type { Conversion } from "../contract.ts";
import type { CurrencyOperations } from "../operations.ts";
import {
  conversion,
  conversionList,
  conversionQuery,
  conversionsBody,
  currency,
  currencyPage,
  currencyParams,
  historyQuery,
  listCurrenciesQuery,
  listRatesQuery,
  providerList,
  rateHistory,
  rateList,
} from "./schemas.ts";

const tags = ["Currency"];

/** Open to everybody: rates are no secret. */
export function createCurrencyRoutes(kit: HttpKit, operations: CurrencyOperations) {
  const { route } = kit;
  return new Elysia({ name: "currency.routes", prefix: "/v1" })
    .use(kit.plugin)
    .get(
      "/currencies",
      ({ ctx, query }) => operations.listCurrencies(ctx, query),
      route({
        operationId: "listCurrencies",
        tags,
        summary: "Search the catalogue of currencies",
        access: "public",
        limit: "read",
        query: listCurrenciesQuery,
        responses: { 200: currencyPage },
      }),
    )
    .get(
      "/currencies/:code",
      ({ ctx, params }) => operations.getCurrency(ctx, params),
      route({
        operationId: "getCurrency",
        tags,
        summary: "One currency",
        access: "public",
        limit: "read",
        params: currencyParams,
        responses: { 200: currency },
        errors: [404],
      }),
    )
    .get(
      "/rates",
      ({ ctx, query }) =>
        operations.listRates(ctx, {
          ...query,
          source: query.source ?? "market",
          symbols: query.symbols?.split(","),
          at: optionalInstant(query.at, "at"),
        }),
      route({
        operationId: "listRates",
        tags,
        summary: "What one unit of a currency is worth in others",
        description:
          "Now, or at any instant: rates carry forward, and each states how old it is. A pair has one value, however it is asked for.",
        access: "public",
        limit: "read",
        query: listRatesQuery,
        responses: { 200: rateList },
        errors: [404],
      }),
    )
    .get(
      "/rates/history",
      ({ ctx, query }) =>
        operations.rateHistory(ctx, {
          ...query,
          source: query.source ?? "market",
          interval: query.interval ?? "day",
          from: query.from === undefined ? undefined : parseLocalDate(query.from, "from"),
          to: query.to === undefined ? undefined : parseLocalDate(query.to, "to"),
        }),
      route({
        operationId: "rateHistory",
        tags,
        summary: "The past of a pair",
        description:
          "At most 366 days at once. Days are UTC days; days before the first rate are left out.",
        access: "public",
        limit: "costly_read",
        query: historyQuery,
        responses: { 200: rateHistory },
        errors: [404],
      }),
    )
    .get(
      "/rates/providers",
      async ({ ctx }) => ({ items: await operations.listProviders(ctx) }),
      route({
        operationId: "listRateProviders",
        tags,
        summary: "Where rates come from and how the providers are doing",
        access: "public",
        limit: "read",
        responses: { 200: providerList },
      }),
    )
    .get(
      "/conversions",
      async ({ ctx, query }) => {
        const { from, to, amount, at, source = "market" } = query;
        const asked = { from, to, amount, at: optionalInstant(at, "at") };
        const [result] = await operations.convert(ctx, { conversions: [asked], source }, () => "");
        if (!result) throw new Error("one conversion was asked for and none came back");
        return toView(result);
      },
      route({
        operationId: "convert",
        tags,
        summary: "Convert an amount",
        access: "public",
        limit: "read",
        query: conversionQuery,
        responses: { 200: conversion },
        errors: [404],
      }),
    )
    .post(
      "/conversions",
      async ({ ctx, body }) => {
        const conversions = body.conversions.map((item, index) => ({
          ...item,
          at: optionalInstant(item.at, `/conversions/${index}/at`),
        }));
        const asked = { conversions, source: body.source ?? "market" };
        const pathOf = (index: number) => `/conversions/${index}/`;
        return { items: (await operations.convert(ctx, asked, pathOf)).map(toView) };
      },
      route({
        operationId: "convertMany",
        tags,
        summary: "Convert up to 500 amounts",
        description: "All or none: a currency without a rate fails the whole batch and is named.",
        access: "public",
        audit: "none",
        limit: "read",
        body: conversionsBody,
        responses: { 200: conversionList },
        errors: [404],
      }),
    );
}

const optionalInstant = (text: string | undefined, path: string) =>
  text === undefined ? undefined : parseInstant(text, path);

const toView = ({ from, to, rate }: Conversion) => ({
  from,
  to,
  rate: rate.rate,
  source: rate.source,
  observedAt: rate.observedAt,
  ageSeconds: rate.ageSeconds,
  stale: rate.stale,
  legs: rate.legs,
});
