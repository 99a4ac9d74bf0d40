/**
 * The columns of a Buchungsstapel of format version 13, as DATEV's sample file spells them (developer.datev.de,
 * DATEV-Format, Buchungsstapel). Those with a hash hold text, which stands in quotation marks, empty or not.
 */
const described = `
  Umsatz (ohne Soll/Haben-Kz);#Soll/Haben-Kennzeichen;#WKZ Umsatz;Kurs;Basis-Umsatz;#WKZ Basis-Umsatz;Konto;
  Gegenkonto (ohne BU-Schlüssel);#BU-Schlüssel;Belegdatum;#Belegfeld 1;#Belegfeld 2;Skonto;#Buchungstext;Postensperre;
  #Diverse Adressnummer;Geschäftspartnerbank;Sachverhalt;Zinssperre;#Beleglink;
  ${pairs(8, (n) => `#Beleginfo - Art ${n};#Beleginfo - Inhalt ${n}`)};
  #KOST1 - Kostenstelle;#KOST2 - Kostenstelle;Kost-Menge;#EU-Land u. UStID (Bestimmung);EU-Steuersatz (Bestimmung);
  #Abw. Versteuerungsart;Sachverhalt L+L;Funktionsergänzung L+L;BU 49 Hauptfunktionstyp;BU 49 Hauptfunktionsnummer;
  BU 49 Funktionsergänzung;
  ${pairs(20, (n) => `#Zusatzinformation - Art ${n};#Zusatzinformation- Inhalt ${n}`)};
  Stück;Gewicht;Zahlweise;#Forderungsart;Veranlagungsjahr;Zugeordnete Fälligkeit;Skontotyp;#Auftragsnummer;#Buchungstyp;
  USt-Schlüssel (Anzahlungen);#EU-Land (Anzahlungen);Sachverhalt L+L (Anzahlungen);EU-Steuersatz (Anzahlungen);
  Erlöskonto (Anzahlungen);#Herkunft-Kz;#Buchungs GUID;KOST-Datum;#SEPA-Mandatsreferenz;Skontosperre;
  #Gesellschaftername;Beteiligtennummer;#Identifikationsnummer;#Zeichnernummer;Postensperre bis;
  #Bezeichnung SoBil-Sachverhalt;Kennzeichen SoBil-Buchung;Festschreibung;Leistungsdatum;Datum Zuord. Steuerperiode;
  Fälligkeit;#Generalumkehr (GU);Steuersatz;#Land;#Abrechnungsreferenz;BVV-Position;#EU-Land u. UStID (Ursprung);
  EU-Steuersatz (Ursprung);Abw. Skontokonto`;

const columns = described.split(";").map((column) => {
  const name = column.trim();
  return { name: name.replace(/^#/, ""), isText: name.startsWith("#") };
});

function pairs(count: number, pair: (n: number) => string): string {
  return Array.from({ length: count }, (_, index) => pair(index + 1)).join(";");
}

export const extfColumnNames: readonly string[] = columns.map(({ name }) => name);

/** A field per column, by name; what is not named is empty. */
export function extfRecord(fields: ReadonlyMap<string, string>): string {
  return columns
    .map(({ name, isText }) => {
      const value = fields.get(name) ?? "";
      return isText ? extfText(value) : value;
    })
    .join(";");
}

export const extfText = (value: string): string => `"${value.replaceAll('"', '""')}"`;
