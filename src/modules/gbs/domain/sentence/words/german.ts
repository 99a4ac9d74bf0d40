/** Plain German nouns that are easy to say and hard to mistake for one another. */
export const germanWords: readonly string[] = `
  Abteil Acker Adler Affe Ahorn Akkordeon Aktentasche Alge Allee Ameise Amsel Ananas Ansager Antilope Apfel Aprikose
  Aquarium Arena Artischocke Arzt Aster Atlas Aubergine Auflauf Ausflug Autobahn Avocado Bach Backofen Badewanne
  Bagger Bahnhof Balkon Bambus Banane Bankett Basilikum Bauernhof Baumhaus Becher Beere Berater Bergwerk Bernstein
  Besen Besteck Biber Biene Bilderbuch Birke Blatt Blaubeere Bleistift Blitz Blumentopf Bogen Bohne Boot Bremse
  Brezel Briefkasten Brille Brokkoli Brombeere Bruder Brücke Brunnen Buchstabe Bügel Burgtor Bürste Butter Chor
  Clown Computer Cousine Dachs Dackel Dampfer Datteln Decke Deich Delfin Diamant Dichter Distel Donner Dorf Dose
  Drache Dreirad Drossel Düne Duft Eber Edelstein Efeu Eiche Eidechse Eimer Eisbär Eisenbahn Elefant Elster Ente
  Enzian Erbse Erdbeere Erdnuss Erker Esel Espe Esstisch Eule Fabrik Faden Fähre Falke Fallschirm Familie Fasan
  Feder Feige Feld Fenchel Fenster Ferien Fernseher Festung Feuerwehr Fichte Fingerhut Fischer Flagge Flamingo
  Flasche Flieder Floh Flöte Flugzeug Fluss Fohlen Forelle Förster Freund Frosch Frühling Fuchs Füller Fußball Gabel
  Galerie Gans Garage Gardine Garten Gasse Gebirge Gedicht Geländer Gemüse Geschenk Gewitter Giebel Gießkanne
  Giraffe Gitarre Glas Gletscher Glocke Glück Gondel Gorilla Graben Granit Großmutter Gürtel Gurke Gymnastik Hafen
  Hagel Hahn Halle Halsband Hammer Hamster Handschuh Harfe Haselnuss Haustür Hecht Heidelbeere Heizung Helm Hemd
  Herbst Hering Heuschrecke Himbeere Himmel Hirsch Hobel Hochzeit Holunder Honig Hubschrauber Hund Igel Iltis Imker
  Ingwer Insel Instrument Jacke Jaguar Jahrmarkt Jasmin Joghurt Jubel Junge Käfer Kaffee Kaiser Kajak Kakao Kaktus
  Kalender Kamel Kamera Kamille Kamin Kanal Känguru Kaninchen Kanne Kapelle Kapitän Karawane Karotte Karpfen Karte
  Karussell Käse Kasten Katze Kegel Keks Keller Kerze Kessel Kette Kiefer Kino Kirsche Kissen Kiste Klarinette
  Klavier Klee Klippe Knoblauch Knopf Kobold Koffer Kohle Kokosnuss Kolibri Komet Kompass König Konzert Koralle Korb
  Korken Kran Kranich Krapfen Kreide Kreis Krokodil Krone Kröte Küche Kuchen Kümmel Kupfer Kürbis Kutsche Lampe
  Landkarte Laterne Laub Lavendel Lehrer Leinwand Leiter Leopard Lerche Leuchtturm Libelle Lilie Limonade Linde
  Löffel Lorbeer Löwe Luftballon Lupe Magnet Mais Maler Mandarine Mandel Märchen Marder Margerite Markt Marmelade
  Marmor Matratze Maulwurf Medaille Meer Mehl Melodie Melone Metzger Milch Minze Mirabelle Möhre Mond Moos Mosaik
  Mücke Mühle Muschel Museum Musik Mütze Nachbar Nachtigall Nadel Nashorn Nebel Neffe Nelke Nest Netz Nilpferd
  Nougat Oase Oboe Ofen Ohrring Olive Onkel Oper Orange Orchester Orchidee Orgel Otter Ozean Paket Palast Palme
  Pampelmuse Panther Papagei Papier Pappel Paprika Parfüm Park Parkett Pastete Pavian Pelikan Perle Petersilie Pfad
  Pfanne Pfarrer Pfeffer Pfeil Pferd Pfirsich Pflaume Pilot Pilz Pinguin Pirat Planet Plätzchen Pokal Pony Porzellan
  Postbote Preiselbeere Prinz Pudel Pullover Pumpe Puzzle Pyramide Quader Qualle Quark Quitte Rabe Radieschen Radio
  Rahmen Rakete Rasen Rathaus Raupe Regal Regenbogen Rentier Rettich Rezept Rhabarber Ring Ritter Roggen Rollschuh
  Rosine Rosmarin Rotkehlchen Rubin Rucksack Saal Säbel Safran Salat Salbei Salz Samt Sandale Saphir Sattel Säule
  Saxofon Schach Schal Schaukel Scheune Schiff Schildkröte Schinken Schirm Schlange Schlitten Schloss Schlüssel
  Schnecke Schneider Schnittlauch Schokolade Schornstein Schrank Schreiner Schubkarre Schule Schürze Schuster
  Schwalbe Schwamm Schwan Schwester Seehund Seide Seil Sellerie Semmel Senf Silber Socke Sofa Sommer Sonne Spargel
  Specht Spiegel Spinat Spinne Spirale Sprudel Stachel Stadion Stall Statue Steg Stein Steppe Stiefel Stier Stift
  Storch Strand Strauß Streichholz Stuhl Sturm Suppe Tablett Tafel Tante Tasche Taube Telefon Tempel Teppich
  Terrasse Theater Thunfisch Thymian Tiger Tisch Tomate Tornado Torte Traktor Trapez Treppe Trichter Trommel
  Trompete Tropfen Truhe Truthahn Tulpe Tunnel Turner Ufer Ulme Uniform Unwetter Urlaub Urwald Vater Veilchen Ventil
  Veranda Vogel Vorhang Vulkan Waage Wacholder Waffel Wagen Wald Walnuss Walze Wasserfall Weinberg Weizen Welle
  Werkstatt Wetter Wiege Wildschwein Wimpel Wind Winter Wipfel Wirsing Wolf Wolke Wurst Wurzel Wüste Yacht
  Zahnbürste Zange Zauberer Zaun Zebra Zeitung Zelt Zettel Ziegel Zimmer Zimt Zirkel Zirkus Zither Zitrone Zucchini
  Zucker Zwerg Zwiebel Zylinder
`
  .trim()
  .split(/\s+/);
