import type { NotificationText } from "#platform/notify/notifications";
import type { en } from "./en.ts";

const custody =
  "Protokoll nach diesem Schritt: {chain}. Bewahren Sie diese Nachricht auf: Mit ihr lässt sich später zeigen, dass im Protokoll nichts geändert wurde.";
const action = { label: "Schuld ansehen", url: "{link}" } as const;
const closing = [custody] as const;

export const de: Readonly<Record<keyof typeof en, NotificationText>> = {
  "gbs.offer_received": {
    subject: "{person} bietet Ihnen eine Schuldvereinbarung an",
    paragraphs: [
      "{person} bittet Sie zu vereinbaren, dass Sie {money} schulden. Vereinbart ist nichts, bevor Sie zustimmen; Zinsen und Verzugsgebühren gibt es nicht.",
      "Sehen Sie sich Plan und Beschreibung an und nehmen Sie an oder lehnen Sie ab. Wenn Sie nichts tun, verfällt das Angebot: {time}.",
    ],
    action: { label: "Angebot ansehen", url: "{link}" },
    closing: [
      "Falls Ihnen {person} nicht bekannt ist oder Sie nichts schulden, lehnen Sie ab. Sie können das Angebot auch melden oder den Absender sperren.",
      custody,
    ],
  },
  "gbs.offer_invited": {
    subject: "{person} lädt Sie zu einer Vereinbarung bei FinTrack ein",
    paragraphs: [
      "{person} hat uns diese Adresse genannt und bittet, wem sie gehört, eine Schuld von {money} zu vereinbaren. Vereinbart ist nichts, und ohne Ihre Zustimmung wird es auch nichts.",
      "Um das Angebot zu sehen, legen Sie mit dieser Adresse ein Konto an. Das Angebot verfällt von selbst: {time}.",
    ],
    action: { label: "Zu FinTrack", url: "{link}" },
    closing: [
      "Falls Ihnen das nichts sagt, ignorieren Sie diese Nachricht: Sie schulden dadurch nichts und müssen nicht antworten.",
      custody,
    ],
  },
  "gbs.offer_accepted": {
    subject: "{person} hat Ihr Angebot angenommen",
    paragraphs: [
      "{person} hat zugestimmt, Ihnen {money} für „{about}“ zu schulden. Die Vereinbarung folgt als Dokument.",
    ],
    action,
    closing,
  },
  "gbs.offer_declined": {
    subject: "Ihr Angebot über {money} wurde abgelehnt",
    paragraphs: [
      "Ihr Angebot an {address} über {money} wurde abgelehnt. Vereinbart ist nichts. Was daran nicht stimmt, können Sie dort erfragen; ein neues Angebot ist jederzeit möglich.",
    ],
    action,
    closing,
  },
  "gbs.offer_withdrawn": {
    subject: "{person} hat ein Angebot zurückgezogen",
    paragraphs: [
      "{person} hat das Angebot über {money} zurückgezogen. Vereinbart ist nichts, und Sie müssen nichts tun.",
    ],
    closing,
  },
  "gbs.offer_expired": {
    subject: "Ihr Angebot über {money} ist verfallen",
    paragraphs: [
      "Auf Ihr Angebot an {address} über {money} kam rechtzeitig keine Antwort. Vereinbart ist nichts; Sie können es erneut anbieten.",
    ],
    action,
    closing,
  },
  "gbs.agreement_ready": {
    subject: "Vereinbarung mit {person}: das Dokument ist fertig",
    paragraphs: [
      "Die Vereinbarung zwischen Ihnen und {person} über {money} für „{about}“ liegt als PDF-Datei bereit, mit dem Plan und der Zustimmung beider samt Zeitpunkt.",
    ],
    action: { label: "Vereinbarung öffnen", url: "{link}" },
    closing: ["Speichern Sie die Datei dort, wo Sie sie wiederfinden.", custody],
  },
  "gbs.amendment_proposed": {
    subject: "{person} schlägt andere Bedingungen vor",
    paragraphs: [
      "{person} schlägt vor, die Bedingungen der Schuld von {money} für „{about}“ zu ändern. Bis Sie zustimmen, gelten die bisherigen.",
      "Angegebener Grund: {reason}",
    ],
    action: { label: "Bedingungen ansehen", url: "{link}" },
    closing,
  },
  "gbs.amendment_accepted": {
    subject: "{person} hat Ihre Bedingungen angenommen",
    paragraphs: [
      "{person} hat die von Ihnen vorgeschlagenen Bedingungen angenommen. Die Schuld für „{about}“ beträgt nun {money}, nach dem neuen Plan. Die neue Vereinbarung folgt als Dokument.",
    ],
    action,
    closing,
  },
  "gbs.amendment_declined": {
    subject: "{person} hat Ihre Bedingungen abgelehnt",
    paragraphs: [
      "{person} hat die Bedingungen abgelehnt, die Sie für die Schuld von {money} für „{about}“ vorgeschlagen haben. Es gelten die bisherigen.",
    ],
    action,
    closing,
  },
  "gbs.payment_claimed": {
    subject: "{person} meldet: {money} bezahlt",
    paragraphs: [
      "{person} meldet, {money} der Schuld für „{about}“ an Sie bezahlt zu haben. Tag: {day}. Verwendungszweck: {reference}.",
      "Bitte prüfen Sie, ob das Geld eingegangen ist, und bestätigen oder bestreiten Sie es. Die Zahlung zählt, sobald Sie sie bestätigen.",
    ],
    action: { label: "Bestätigen oder bestreiten", url: "{link}" },
    closing,
  },
  "gbs.payment_confirmed": {
    subject: "{person} bestätigt Ihre Zahlung von {money}",
    paragraphs: [
      "{person} bestätigt, dass {money} der Schuld für „{about}“ eingegangen sind. Tag der Zahlung: {day}. Noch offen: {outstanding}.",
    ],
    action,
    closing,
  },
  "gbs.payment_contested": {
    subject: "{person} bestreitet Ihre Zahlung von {money}",
    paragraphs: [
      "{person} gibt an, dass {money} der Schuld für „{about}“ nicht eingegangen sind. Von Ihnen genannter Tag der Zahlung: {day}.",
      "Angegebener Grund: {reason}",
      "Die Zahlung zählt derzeit nicht. Sie kann noch bestätigt werden, sobald die Sache zwischen Ihnen geklärt ist.",
    ],
    action,
    closing,
  },
  "gbs.cancellation_proposed": {
    subject: "{person} schlägt vor, eine Schuld aufzuheben",
    paragraphs: [
      "{person} schlägt vor, die Schuld für „{about}“ zu beenden, ohne dass der offene Betrag gezahlt wird: {outstanding}. Sie endet nur, wenn Sie zustimmen.",
      "Angegebener Grund: {reason}",
    ],
    action: { label: "Vorschlag ansehen", url: "{link}" },
    closing,
  },
  "gbs.cancellation_accepted": {
    subject: "{person} stimmt zu: Die Schuld ist aufgehoben",
    paragraphs: [
      "{person} hat Ihrem Vorschlag zugestimmt. Die Schuld von {money} für „{about}“ ist aufgehoben; daraus wird nichts mehr geschuldet.",
    ],
    action,
    closing,
  },
  "gbs.cancellation_declined": {
    subject: "{person} stimmt der Aufhebung nicht zu",
    paragraphs: [
      "{person} hat Ihren Vorschlag abgelehnt, die Schuld für „{about}“ aufzuheben. Sie besteht weiter; noch offen: {outstanding}.",
    ],
    action,
    closing,
  },
  "gbs.dispute_raised": {
    subject: "{person} widerspricht einer Schuld",
    paragraphs: [
      "{person} widerspricht der Schuld für „{about}“, von der {outstanding} offen sind. Der Widerspruch ist festgehalten und ändert keine Beträge.",
      "Angegebener Grund: {reason}",
    ],
    action,
    closing,
  },
  "gbs.due_soon": {
    subject: "{money} an {person} fällig: {day}",
    paragraphs: [
      "Sie schulden {person} {money} der Schuld für „{about}“. Fällig bis zum Ende dieses Tages: {day}.",
      "Wenn Sie gezahlt haben, geben Sie es bei der Schuld an, damit {person} es bestätigen kann.",
    ],
    action,
    closing,
  },
  "gbs.overdue_borrower": {
    subject: "Ihre Zahlung an {person} ist überfällig",
    paragraphs: [
      "Sie schulden {person} noch {money} der Schuld für „{about}“; fällig war der Betrag an diesem Tag: {day}.",
      "Wenn Sie gezahlt haben, geben Sie es bei der Schuld an. Wenn Sie nicht können, schlagen Sie andere Bedingungen vor: Ob daraus ein Verzug wird, entscheidet {person}. Eine Verzugsgebühr gibt es nicht.",
    ],
    action,
    closing,
  },
  "gbs.overdue_lender": {
    subject: "Die Zahlung von {person} ist überfällig",
    paragraphs: [
      "{person} schuldet Ihnen noch {money} der Schuld für „{about}“; fällig war der Betrag an diesem Tag: {day}. Keine von Ihnen bestätigte Zahlung deckt ihn.",
      "Ist das Geld eingegangen, bestätigen Sie die Zahlung. Sonst können Sie andere Bedingungen vereinbaren oder, sobald ein Tag vergangen ist, den Verzug erklären.",
    ],
    action,
    closing,
  },
  "gbs.defaulted": {
    subject: "{person} hat den Verzug erklärt",
    paragraphs: [
      "{person} hat erklärt, dass Sie mit der Schuld für „{about}“ in Verzug sind. Noch offen: {outstanding}. Gebühren und Zinsen kommen nicht hinzu.",
      "Sie können noch zahlen: Geben Sie es bei der Schuld an; mit der letzten bestätigten Zahlung ist sie beglichen.",
    ],
    action,
    closing,
  },
  "gbs.settled": {
    subject: "Beglichen: die Schuld zwischen Ihnen und {person}",
    paragraphs: [
      "Die Schuld von {money} für „{about}“ zwischen Ihnen und {person} ist bezahlt und beglichen. Daraus wird nichts mehr geschuldet.",
    ],
    action: { label: "Quittung öffnen", url: "{link}" },
    closing: [
      "Die Quittung führt alle bestätigten Zahlungen auf. Bewahren Sie sie bei der Vereinbarung auf.",
      custody,
    ],
  },
  "gbs.consent_withdrawn": {
    subject: "{person} möchte keine Aufzeichnung: Die Schuld ist aufgehoben",
    paragraphs: [
      "{person} hat die Einwilligung in die Aufzeichnung zurückgenommen. Die Schuld von {money} für „{about}“ hat noch niemanden gebunden: Sie ist aufgehoben, und was aufgezeichnet wurde, wird vernichtet. Ein neues Angebot ist jederzeit möglich.",
    ],
    action,
    closing,
  },
  "gbs.evidence_wanted": {
    subject: "Nächster Schritt mit {person}: ein kurzes Video",
    paragraphs: [
      "Sie haben zugestimmt, {person} {money} für „{about}“ zu schulden. Verbindlich wird es für beide, sobald Sie es in einem kurzen Video gesagt haben und unser Prüfteam das Video freigegeben hat.",
      "Öffnen Sie die Schuld auf einem Gerät mit Kamera: Dort steht der Satz, den Sie sprechen, mit Wörtern, die einen Tag lang gelten.",
    ],
    action: { label: "Zur Aufnahme", url: "{link}" },
    closing: [
      "Das Video wird schon beim Senden verschlüsselt. {person} kann es erst nach einem Verzug öffnen, mit eigenem Schlüssel; wir behalten nach der Freigabe keinen.",
      custody,
    ],
  },
  "gbs.evidence_submitted": {
    subject: "Video eingegangen: Ihre Vereinbarung mit {person}",
    paragraphs: [
      "Das Video zur Schuld von {money} für „{about}“ zwischen Ihnen und {person} ist vollständig eingegangen; sein Fingerabdruck (SHA-256) steht im Protokoll. Als Nächstes sieht unser Prüfteam es an. Sie müssen nichts tun.",
    ],
    action,
    closing,
  },
  "gbs.evidence_unusable": {
    subject: "Bitte nehmen Sie das Video für {person} noch einmal auf",
    paragraphs: [
      "Das Video, das Sie zur Schuld von {money} bei {person} für „{about}“ gesendet haben, hat uns nicht unversehrt erreicht; wir haben es gelöscht. Das liegt nicht an Ihnen und zählt nicht als zurückgegeben.",
    ],
    action: { label: "Zur Aufnahme", url: "{link}" },
    closing,
  },
  "gbs.evidence_sent_back": {
    subject: "Ihr Video für {person} braucht einen neuen Anlauf",
    paragraphs: [
      "Unser Prüfteam konnte Ihr Video zur Schuld von {money} bei {person} für „{about}“ nicht freigeben. Bitte nehmen Sie es noch einmal auf, mit dem neuen Satz, der bei der Schuld steht.",
      "Der angegebene Grund: {reason}",
    ],
    action: { label: "Zur Aufnahme", url: "{link}" },
    closing,
  },
  "gbs.evidence_refused": {
    subject: "Nicht verbindlich: die Vereinbarung zwischen Ihnen und {person}",
    paragraphs: [
      "Unser Prüfteam hat das Video zur Schuld von {money} für „{about}“ zwischen Ihnen und {person} abgelehnt. Vereinbart ist nichts, und das Video wird gelöscht. Ein neues Angebot ist jederzeit möglich.",
      "Der angegebene Grund: {reason}",
    ],
    action,
    closing,
  },
  "gbs.evidence_approved": {
    subject: "Freigegeben: Holen Sie den Schlüssel zum Video von {person}",
    paragraphs: [
      "Das Video von {person} ist freigegeben, und die Schuld von {money} für „{about}“ ist für beide verbindlich. Nur Sie sollen das Video öffnen können: Holen Sie Ihren Schlüssel bei der Schuld, bewahren Sie ihn auf und geben Sie ihn einmal wieder ein. Danach vernichten wir den letzten, den wir haben.",
      "Drucken Sie den Schlüssel aus oder schreiben Sie ihn auf. Niemand kann ihn Ihnen noch einmal geben: Wer ihn nach der Eingabe verliert, kann das Video nicht mehr öffnen, und wir auch nicht.",
    ],
    action: { label: "Schlüssel holen", url: "{link}" },
    closing: [
      "Der Schlüssel steht in keiner Mail, und wir fragen nie per Mail oder Telefon danach.",
      custody,
    ],
  },
  "gbs.key_revealed": {
    subject: "Ein Schlüssel zum Video von {person} wurde angezeigt",
    paragraphs: [
      "In Ihrem Konto wurde ein Schlüssel zum Video zur Schuld von {money} von {person} für „{about}“ angezeigt. Früher angezeigte Schlüssel öffnen nichts mehr. Geben Sie den neuen bei der Schuld einmal ein, damit wir unseren vernichten können.",
    ],
    action,
    closing: [
      "Falls Sie das nicht waren: Ändern Sie Ihr Passwort, beenden Sie alle Sitzungen und holen Sie sofort einen neuen Schlüssel.",
      custody,
    ],
  },
  "gbs.key_reminder": {
    subject: "Noch offen: Ihr Schlüssel zum Video von {person}",
    paragraphs: [
      "Das Video zur Schuld von {money} von {person} für „{about}“ ist freigegeben, aber Sie haben noch keinen Schlüssel eingegeben. Bis dahin ist es nicht versiegelt: Wir können es noch öffnen, und Sie haben nichts, womit Sie es öffnen könnten.",
      "Holen Sie den Schlüssel bei der Schuld, drucken Sie ihn aus oder schreiben Sie ihn auf, und geben Sie ihn einmal ein.",
    ],
    action: { label: "Schlüssel holen", url: "{link}" },
    closing: [
      "Der Schlüssel steht in keiner Mail, und wir fragen nie per Mail oder Telefon danach.",
      custody,
    ],
  },
  "gbs.evidence_sealed": {
    subject: "Versiegelt: das Video Ihrer Vereinbarung mit {person}",
    paragraphs: [
      "Das Video zur Schuld von {money} für „{about}“ zwischen Ihnen und {person} ist versiegelt. Unser letzter Schlüssel dazu ist vernichtet: Von nun an öffnet es nur der Schlüssel der Gläubigerseite, und FinTrack zeigt es erst nach einem Verzug.",
    ],
    action,
    closing,
  },
  "gbs.evidence_damaged": {
    subject: "Gespeichertes Video beschädigt: Ihre Vereinbarung mit {person}",
    paragraphs: [
      "Wir haben geprüft, ob das gespeicherte Video zur Schuld von {money} für „{about}“ zwischen Ihnen und {person} noch so ist, wie es gesendet wurde: Das ist es nicht. Wir suchen nach der Ursache. Die Vereinbarung gilt weiter, ebenso, was das Protokoll darüber sagt.",
    ],
    action,
    closing,
  },
  "gbs.evidence_destroyed": {
    subject: "Gelöscht: ein Video Ihrer Vereinbarung mit {person}",
    paragraphs: [
      "Ein Video, das zur Schuld von {money} für „{about}“ zwischen Ihnen und {person} aufgenommen wurde, ist gelöscht, mit allem, was es öffnen konnte. Sein Fingerabdruck bleibt im Protokoll.",
    ],
    action,
    closing,
  },
  "gbs.text_hidden": {
    subject: "Die Beschreibung eines Ihrer Angebote wurde verborgen",
    paragraphs: [
      "Die Beschreibung Ihres Angebots an {address} über {money} wurde gemeldet, und wir haben sie verborgen. Beträge und Tage bleiben, wie sie sind.",
    ],
    action,
    closing,
  },
};
