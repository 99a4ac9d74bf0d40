import { Elysia, t } from "elysia";
import { download } from "#platform/http/download";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { debtParams } from "./debt-schemas.ts";

/** For the calendar that people have anyway. */
export const createCalendarRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.calendar", prefix: "/v1/debts/:id/calendar" }).use(plugin).get(
    "",
    async ({ ctx, exchange, params }) => {
      const { name, text } = await operations.fetchCalendar(ctx, params);
      return download(exchange, { name, type: "text/calendar; charset=utf-8", chunks: once(text) });
    },
    route({
      operationId: "fetchDebtCalendar",
      tags: ["Debts"],
      summary: "The due days of a debt, as a calendar file",
      description:
        "iCalendar (RFC 5545): a whole day for each instalment of which something is unpaid, with alarms 7, 3 and 1 days before it at nine o'clock, in your language. Taken again after an amendment, it moves the days that a calendar has already.",
      access: "gbs:read",
      limit: "read",
      params: debtParams,
      mediaType: "text/calendar",
      responses: { 200: t.String() },
      errors: [404, 409],
    }),
  );

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
