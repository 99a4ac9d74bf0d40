import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import {
  account,
  accountBalances,
  accountBalancesQuery,
  accountPage,
  accountParams,
  createAccountBody,
  listAccountsQuery,
  updateAccountBody,
} from "./account-schemas.ts";
import { reading, writing } from "./route-heads.ts";

/** Where money is, and what is owed. */
export const createAccountRoutes = ({ plugin, route }: HttpKit, operations: LedgerOperations) =>
  new Elysia({ name: "ledger.accounts", prefix: "/v1/accounts" })
    .use(plugin)
    .get(
      "",
      ({ ctx, query }) => operations.listAccounts(ctx, query),
      route({
        ...reading,
        operationId: "listAccounts",
        summary: "The accounts of a book",
        description: "The oldest first, with what each holds.",
        query: listAccountsQuery,
        responses: { 200: accountPage },
        errors: [404],
      }),
    )
    .post(
      "",
      ({ ctx, exchange, body }) => once(exchange, () => operations.createAccount(ctx, body)),
      route({
        ...writing,
        operationId: "createAccount",
        summary: "Open an account",
        description:
          "What it holds already becomes a transaction of the kind `opening`. 402: the plan of the book's owner has no room for another active account; `meta` tells the limit and the way out. 409: the day is closed, the code taken.",
        body: createAccountBody,
        responses: { 201: account },
        errors: [402, 404],
        idempotent: true,
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getAccount(ctx, params),
      route({
        ...reading,
        operationId: "getAccount",
        summary: "One account and what it holds",
        params: accountParams,
        responses: { 200: account },
        errors: [404],
      }),
    )
    .patch(
      "/:id",
      ({ ctx, params, body, exchange }) =>
        operations.updateAccount(ctx, { ...body, ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "updateAccount",
        summary: "Change an account, or its opening balance",
        description:
          "409: the currency of an account with transactions, the balance of an archived one, a closed day, a code that is taken.",
        ifMatch: true,
        params: accountParams,
        body: updateAccountBody,
        responses: { 200: account },
        errors: [404, 409],
      }),
    )
    .delete(
      "/:id",
      ({ ctx, params, exchange }) =>
        operations.deleteAccount(ctx, { ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "deleteAccount",
        summary: "Delete an account that was never used",
        description: "Its opening balance goes with it. 409 once it has any history: archive it.",
        ifMatch: true,
        params: accountParams,
        responses: { 204: t.Void() },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/archival",
      ({ ctx, params, exchange }) =>
        operations.archiveAccount(ctx, { ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "archiveAccount",
        summary: "Archive an account",
        description:
          "It keeps its history and counts in net worth, takes no transactions, and does not count against the plan.",
        ifMatch: true,
        params: accountParams,
        responses: { 200: account },
        errors: [404],
      }),
    )
    .delete(
      "/:id/archival",
      ({ ctx, params, exchange }) =>
        operations.reopenAccount(ctx, { ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "reopenAccount",
        summary: "Reopen an archived account",
        description: "It counts against the plan again: 402 when there is no room.",
        ifMatch: true,
        params: accountParams,
        responses: { 200: account },
        errors: [402, 404],
      }),
    )
    .get(
      "/:id/balances",
      ({ ctx, params, query }) => operations.accountBalances(ctx, { ...query, ...params }),
      route({
        ...reading,
        operationId: "listAccountBalances",
        summary: "What an account held at the end of a day, or of each month",
        description: "`on` for one day; `from` and `to` for the ends of months.",
        params: accountParams,
        query: accountBalancesQuery,
        responses: { 200: accountBalances },
        errors: [404],
      }),
    );
