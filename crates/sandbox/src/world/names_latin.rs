//! Names, places and numbers of countries that write in Latin letters.
//!
//! In the lists, names are parted by spaces and `_` stands for a space inside a name.

use super::human::Locale;

pub(crate) const LATIN: &[Locale] = &[
    Locale {
        country: "US",
        host: "www",
        timezone: "America/New_York",
        family_first: false,
        weight: 16,
        firsts: "James Olivia Marcus Hannah Tyler Grace Andre Naomi Caleb Denise Victor Paige Derek \
                 Simone Elliot Maya Russell Joanna Terrence Abigail Wesley Carmen Gordon Priscilla \
                 Dwayne Leah Curtis Noelle Bradley Tamara",
        lasts: "Whitfield Okafor Brennan Castellano Hargrove Lindqvist Mercer Delgado Abernathy \
                Kowalczyk Thorne Villanueva Pruitt Sandoval Hollis Beckett Ramsey Fontaine Ochoa \
                Winslow Garrison Tran Mulroney O'Hara McAllister Rutherford Bellamy Ashcroft Yates \
                Dunning",
        places: "Austin|TX|78701;Denver|CO|80202;Raleigh|NC|27601;Portland|OR|97205;Boston|MA|02110;\
                 Chicago|IL|60606;Nashville|TN|37203;Seattle|WA|98104",
        country_name: "United States",
    },
    Locale {
        country: "GB",
        host: "uk",
        timezone: "Europe/London",
        family_first: false,
        weight: 9,
        firsts: "Oliver Imogen Rhys Fiona Alistair Saoirse Nigel Bronwyn Callum Harriet Gareth Zara \
                 Duncan Philippa Hamish Niamh Tobias Eleanor Siân Ewan Rosalind Jasper Cerys Angus \
                 Beatrice Lachlan Georgina Kieran Maeve Rupert",
        lasts: "Pemberton Llewellyn Cavendish MacGregor Ashworth Penrose Blackwood Featherstone \
                Ó_Briain Tregenza Hathersage Wainwright Lockhart Birtwistle Cholmondeley Drummond \
                Fairfax Gillespie Haldane Kirkbride Longbottom Merrick Northcott Ogilvie Pryce Quayle \
                Rothwell Sinclair Thwaites Urquhart",
        places: "London|England|EC2A 4BX;Manchester|England|M1 4BT;Edinburgh|Scotland|EH1 3AA;\
                 Cardiff|Wales|CF10 1EP;Leeds|England|LS1 4AP;Bristol|England|BS1 5TR",
        country_name: "United Kingdom",
    },
    Locale {
        country: "DE",
        host: "de",
        timezone: "Europe/Berlin",
        family_first: false,
        weight: 9,
        firsts: "Jürgen Annegret Björn Sabine Götz Käthe Matthias Ulrike Sören Heike Till Mareike \
                 Volker Anneliese Holger Birgit Jörg Gesine Malte Katharina Torsten Wiebke Lennart \
                 Friederike Rüdiger Silke Hannes Ingrid Detlef Maren",
        lasts: "Müller-Lüdenscheidt Schröder Weiß Vögele Baumgärtner Dörfler Kühn Großmann Jäger \
                Hübner Von_der_Heide Röttgen Süßkind Brückner Löwenthal Köster Oehlmann Strauß Zöllner \
                Pfeiffer Nüßlein Ahrens Behrendt Claßen Dreyer Eggers Förster Gäbler Hartwig Ihde",
        places: "Berlin|Berlin|10115;München|Bayern|80331;Hamburg|Hamburg|20095;Köln|NRW|50667;\
                 Leipzig|Sachsen|04109;Nürnberg|Bayern|90402",
        country_name: "Germany",
    },
    Locale {
        country: "FR",
        host: "fr",
        timezone: "Europe/Paris",
        family_first: false,
        weight: 6,
        firsts: "Étienne Océane Jean-Luc Aurélie Benoît Maëlle Cédric Hélène François Noémie Thibault \
                 Solène Gaël Marie-Ève Loïc Bérénice Rémi Anaïs Hervé Clémence Joël Sylvie Raphaël \
                 Églantine Maxence Capucine Yannick Lucille Fabrice Ségolène",
        lasts: "Lefèvre D'Aubigné Bélanger Château Dupré Faucher Guérin Hébert Joly Kerguélen Lacroix \
                Marchand Nogaret Ouellet Peltier Quéré Roussel Saint-Clair Thévenot Urbain Vasseur \
                Weil Zénon Beaumont Chrétien Delacroix Émond Forêt Garçon Huppé",
        places: "Paris|Île-de-France|75002;Lyon|Rhône|69002;Nantes|Loire|44000;Lille|Nord|59000;\
                 Strasbourg|Alsace|67000",
        country_name: "France",
    },
    Locale {
        country: "ES",
        host: "es",
        timezone: "Europe/Madrid",
        family_first: false,
        weight: 6,
        firsts: "José María_José Íñigo Begoña Álvaro Rocío Raúl Inés Ángel Núria Joaquín Consuelo \
                 Martín Montserrat Óscar Almudena Gonzalo Leire Jordi Macarena Andrés Itziar Hernán \
                 Lucía Ramón Pilar Xabier Esperanza Tomás Amparo",
        lasts: "García_Peña Muñoz Ibáñez Etxeberria Núñez Castañeda Zúñiga Ordóñez Villalobos Puig \
                Rodríguez_Sáez Quiñones Alcántara Belmonte Cortés Domènech Escrivá Fuertes Goñi Herrero \
                Iturralde Jiménez_Vega Lozano Marín Navarro Olabarría Pérez-Reverte Quintana Salcedo \
                Urrutia",
        places: "Madrid|Madrid|28001;Barcelona|Cataluña|08002;Sevilla|Andalucía|41001;\
                 Bilbao|Euskadi|48001;Valencia|Valencia|46002",
        country_name: "Spain",
    },
    Locale {
        country: "BR",
        host: "br",
        timezone: "America/Sao_Paulo",
        family_first: false,
        weight: 6,
        firsts: "João Conceição Thiago Luíza Antônio Fátima Otávio Vitória Caio Débora Estêvão Márcia \
                 Flávio Patrícia Gustavo Rosângela Heitor Simone Igor Tânia Leandro Úrsula Murilo \
                 Viviane Rogério Aparecida César Jussara Davi Letícia",
        lasts: "Gonçalves Magalhães Assunção Brandão da_Conceição Falcão Guimarães Leitão Mourão \
                Nóbrega Paixão Queirós Rezende Simões Teixeira Vasconcelos Xavier Albuquerque \
                Bittencourt Carvalho Drummond Evangelista Figueiredo Holanda Ibiapina Junqueira Lacerda \
                Meirelles Novaes Pinheiro",
        places: "São Paulo|SP|01310-100;Rio de Janeiro|RJ|20040-002;Belo Horizonte|MG|30130-010;\
                 Florianópolis|SC|88010-400",
        country_name: "Brazil",
    },
    Locale {
        country: "PL",
        host: "pl",
        timezone: "Europe/Warsaw",
        family_first: false,
        weight: 8,
        firsts: "Łukasz Małgorzata Wojciech Agnieszka Świętosław Bożena Grzegorz Żaneta Paweł Jadwiga \
                 Michał Urszula Stanisław Elżbieta Rafał Dąbrówka Zdzisław Kinga Bartłomiej Lidia \
                 Mieczysław Halina Przemysław Zofia Jędrzej Kazimiera Bogusław Wiesława Tadeusz Róża",
        lasts: "Wiśniewski Dąbrowska Kozłowski Jabłońska Wróbel Śliwa Żółkiewski Brzęczyszczykiewicz \
                Gałązka Świątek Pająk Ćwik Łączyński Źdźbło Kościuszko Mączka Niedźwiedzki Olszańska \
                Piątek Różycki Szymańska Trąba Węgrzyn Zając Adamczyk Borkowski Cieślak Domagała \
                Fijałkowska Głowacki",
        places: "Warszawa|Mazowieckie|00-001;Kraków|Małopolskie|30-002;Gdańsk|Pomorskie|80-001;\
                 Wrocław|Dolnośląskie|50-001;Łódź|Łódzkie|90-001",
        country_name: "Poland",
    },
    Locale {
        country: "CZ",
        host: "cz",
        timezone: "Europe/Prague",
        family_first: false,
        weight: 3,
        firsts: "Jiří Věra Ondřej Zdeňka Matěj Růžena Vojtěch Květa Štěpán Jiřina Bořivoj Žofie \
                 Přemysl Alžběta Kryštof Běla Luděk Šárka Zbyněk Dáša",
        lasts: "Dvořák Nováková Růžička Hřebíček Šťastný Křížová Vaněk Žižka Čapek Říha Ďurica Ježek \
                Kšandová Líska Mašek Ňuňuk Pěnička Sýkora Třeštík Úlehla",
        places: "Praha|Praha|110 00;Brno|Jihomoravský|602 00;Ostrava|Moravskoslezský|702 00",
        country_name: "Czechia",
    },
    Locale {
        country: "SE",
        host: "se",
        timezone: "Europe/Stockholm",
        family_first: false,
        weight: 4,
        firsts: "Åke Märta Göran Ylva Örjan Sångbritt Håkan Åsa Bengt Frøydis Torbjörn Maj-Britt Jörgen \
                 Linnéa Östen Birgitta Björn-Olof Kerstin Sören Ingalill",
        lasts: "Åkerlund Björkqvist Sjöström Östergren Hägglund Lönnrot Nyström Söderberg Ångström \
                Dahlgård Ekelöf Fågelsång Grönvall Hallström Järvinen Källström Löfgren Mårtensson \
                Norrgård Pålsson",
        places: "Stockholm|Stockholm|111 20;Göteborg|Västra Götaland|411 06;Malmö|Skåne|211 22",
        country_name: "Sweden",
    },
    Locale {
        country: "TR",
        host: "tr",
        timezone: "Europe/Istanbul",
        family_first: false,
        weight: 4,
        firsts: "İbrahim Ayşe Çağlar Gülşen Işıl Özgür Şebnem Uğur Ümit Yağmur Tuğçe Orhan Nilüfer \
                 Kâzım Elif Cüneyt Büşra Serdar Zübeyde Hakan",
        lasts: "Yılmaz Çelik Öztürk Şahin Aydın Güneş İnönü Kılıç Özdemir Akgün Bayındır Coşkun \
                Doğan Erdoğmuş Fındık Gökçe Işık Karagöz Tütüncü Yıldırım",
        places: "İstanbul|İstanbul|34000;Ankara|Ankara|06000;İzmir|İzmir|35000",
        country_name: "Türkiye",
    },
    Locale {
        country: "VN",
        host: "vn",
        timezone: "Asia/Ho_Chi_Minh",
        family_first: false,
        weight: 3,
        firsts: "Minh Thảo Đức Hương Quang Ngọc_Ánh Tuấn Bích Hải Phượng Khánh Lệ Long Yến Sơn Trúc \
                 Bảo Diễm Phúc Thủy",
        lasts: "Nguyễn Trần Phạm Huỳnh Đặng Võ Bùi Đỗ Hồ Ngô Dương Lý Phan Vũ Trịnh Đinh Lương Mạc \
                Quách Tạ",
        places: "Hà Nội|Hà Nội|100000;Đà Nẵng|Đà Nẵng|550000;Hồ Chí Minh|Hồ Chí Minh|700000",
        country_name: "Vietnam",
    },
];
