import { ifMatch } from "./ledger.ts";
import { fetchShared, openShared, sharer } from "./report-shares.ts";
import type { TestApp } from "./test-app.ts";

/** Everything that can be changed about reports, once and with success. */
export async function changeReports(api: TestApp): Promise<void> {
  const user = await sharer(api, {}, ["csv"]);
  const shared = await user.share();
  await openShared(api, shared);
  await fetchShared(api, { ...shared, format: "csv" });
  await user.revoke(shared);
  const { body: waiting } = await user.request();
  await user.cancel(waiting);
  await user.remove(await user.make());
  const schedule = await user.schedule();
  const path = `/v1/report-schedules/${schedule.id}`;
  await user.patch(path, { name: "Renamed" }, ifMatch(schedule.version));
  await user.delete(path, undefined, ifMatch(schedule.version + 1));
}
