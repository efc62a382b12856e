//! Companies, jobs and headlines. All invented; addresses end in `.example`.

use crate::dice::Dice;

const FIRST: &[&str] = &[
    "Alder",
    "Brightwater",
    "Copperfield",
    "Driftwood",
    "Eastgate",
    "Fernhill",
    "Greystone",
    "Harbourlight",
    "Inkwell",
    "Juniper",
    "Kestrel",
    "Lanternworks",
    "Marlowe",
    "Nettlecombe",
    "Oakhurst",
    "Pinecrest",
    "Quillfeather",
    "Ridgeback",
    "Saltmarsh",
    "Thistledown",
    "Umberfield",
    "Velvetleaf",
    "Willowbrook",
    "Yarrow",
    "Zephyrine",
    "Amberlane",
    "Bluefinch",
    "Cinderpath",
    "Dovetail",
    "Emberly",
    "Foxglove",
    "Goldcrest",
    "Hollowtree",
    "Ironbark",
    "Jackdaw",
    "Kingsmere",
    "Larkspur",
    "Moonraker",
    "Northbeam",
    "Orchardist",
    "Peregrine",
    "Quarryside",
    "Rookwood",
    "Silverthaw",
    "Tidewheel",
    "Upland",
    "Vireo",
    "Windrose",
    "Yellowbark",
    "Zinnia",
    "Løvgren",
    "Été",
    "Grünwald",
    "Piñón",
    "Żubr",
    "Åkerblom",
];

const SECOND: &[&str] = &[
    "Analytics",
    "Logistics",
    "Robotics",
    "Foods",
    "Capital",
    "Health",
    "Studios",
    "Partners",
    "Energy",
    "Textiles",
    "Systems",
    "Mobility",
    "Learning",
    "Biotech",
    "Security",
    "Interiors",
    "Software",
    "Consulting",
    "Shipping",
    "Recruiting",
    "Media",
    "Dental",
    "Architects",
    "Ventures",
    "Aerospace",
    "Payments",
    "Furniture",
    "Instruments",
    "Outdoors",
    "Coffee",
];

const LEGAL: &[(&str, &[&str])] = &[
    ("US", &["", "", " Inc.", " LLC"]),
    ("GB", &["", " Ltd", " & Sons"]),
    ("DE", &["", " GmbH", " AG", " GmbH & Co. KG"]),
    ("FR", &["", " SAS", " SARL"]),
    ("ES", &["", " S.L."]),
    ("BR", &["", " Ltda."]),
    ("PL", &["", " sp. z o.o.", " S.A."]),
    ("CZ", &["", " s.r.o."]),
    ("SE", &["", " AB"]),
    ("TR", &["", " A.Ş."]),
    ("JP", &["", " 株式会社"]),
    ("KR", &["", " 주식회사"]),
    ("CN", &["", " 有限公司"]),
    ("IN", &["", " Pvt Ltd"]),
];

const OWN_SCRIPT: &[(&str, &[&str])] = &[
    (
        "UA",
        &[
            "ТОВ «Північний берег»",
            "Гончарня Карпати",
            "Агенція «Світанок»",
        ],
    ),
    ("BG", &["Слънчев лъч ООД", "Балкан Софтуер"]),
    ("GR", &["Αιγαίο Ναυτιλιακή", "Ελιά & Υιοί"]),
    (
        "AE",
        &[
            "شركة النور للتقنية",
            "مجموعة الواحة",
            "مكتب الساحل للاستشارات",
        ],
    ),
    ("IL", &["גל טכנולוגיות", "הדר ייעוץ בע״מ"]),
    ("JP", &["あおば商事", "みどり工房"]),
    ("CN", &["晨光科技", "蓝海贸易"]),
    ("KR", &["한빛소프트웨어", "푸른바다무역"]),
];

/// A company's name and the domain it writes from.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) domain: String,
}

pub(crate) fn company(country: &str, dice: &mut Dice) -> Company {
    let own = OWN_SCRIPT.iter().find(|(code, _)| *code == country);
    if let Some((_, names)) = own
        && dice.chance(35)
    {
        let number = dice.below(names.len());
        let domain = format!("{}-{}.example", country.to_lowercase(), number + 1);
        return Company {
            name: names[number].to_owned(),
            domain,
        };
    }
    let (first, second) = (*dice.pick(FIRST), *dice.pick(SECOND));
    let legal = LEGAL
        .iter()
        .find(|(code, _)| *code == country)
        .map_or("", |(_, forms)| *dice.pick(forms));
    let domain = format!(
        "{}-{}.example",
        super::human::fold(first),
        super::human::fold(second)
    );
    Company {
        name: format!("{first} {second}{legal}"),
        domain,
    }
}

const JOBS: &[&str] = &[
    "Head of Sales",
    "VP Marketing",
    "Founder",
    "Chief Executive Officer",
    "Operations Manager",
    "Product Designer",
    "Senior Software Engineer",
    "Talent Acquisition Lead",
    "Account Executive",
    "Procurement Manager",
    "Chief Technology Officer",
    "Business Development Manager",
    "Data Analyst",
    "Customer Success Manager",
    "Regional Director",
    "Co-founder & COO",
    "Growth Lead",
    "Controller",
    "Managing Partner",
    "IT-Administrator",
    "Research Scientist",
    "Clinic Manager",
    "Architect",
    "Plant Manager",
    "Revenue Operations",
    "Community Manager",
    "Legal Counsel",
    "UX Researcher",
];

const OWN_JOBS: &[(&str, &[&str])] = &[
    (
        "DE",
        &["Geschäftsführer", "Vertriebsleiterin", "Leiter Einkauf"],
    ),
    (
        "FR",
        &[
            "Directrice générale",
            "Chargé de clientèle",
            "Responsable achats",
        ],
    ),
    ("ES", &["Director comercial", "Jefa de proyecto"]),
    ("BR", &["Gerente de vendas", "Diretora de operações"]),
    (
        "PL",
        &["Kierownik sprzedaży", "Właścicielka", "Główny księgowy"],
    ),
    ("UA", &["Керівник відділу продажів", "Засновниця"]),
    ("BG", &["Управител", "Търговски директор"]),
    ("GR", &["Διευθυντής πωλήσεων", "Ιδρύτρια"]),
    ("AE", &["مدير المبيعات", "المؤسس والرئيس التنفيذي"]),
    ("IL", &["מנהלת שיווק", "סמנכ״ל מכירות"]),
    ("JP", &["営業部長", "代表取締役"]),
    ("CN", &["销售总监", "创始人"]),
    ("KR", &["영업 이사", "대표이사"]),
];

pub(crate) fn job(country: &str, dice: &mut Dice) -> String {
    if let Some((_, own)) = OWN_JOBS.iter().find(|(code, _)| *code == country)
        && dice.chance(45)
    {
        return (*dice.pick(own)).to_owned();
    }
    (*dice.pick(JOBS)).to_owned()
}

const TAGLINES: &[&str] = &[
    "Helping teams sell without spam",
    "Podcast host",
    "Ex-consultant, now building",
    "Speaker",
    "I write about supply chains",
    "Hiring!",
    "Dad of three",
    "🚀 Growth ▪ B2B ▪ SaaS",
    "Angel investor",
    "Sailing when offline",
    "Making factories quieter",
    "MBA, PMP®",
];

/// A LinkedIn headline: sometimes the job, sometimes what its owner would rather say.
pub(crate) fn headline(job: &str, company: Option<&str>, dice: &mut Dice) -> String {
    let tagline = *dice.pick(TAGLINES);
    match (dice.below(6), company) {
        (0, _) => tagline.to_owned(),
        (1, Some(company)) => format!("{job} at {company} | {tagline}"),
        (2, Some(company)) => format!("{job} @ {company}"),
        (3, _) => format!("{job} · {tagline}"),
        (4, None) => "--".to_owned(),
        (_, Some(company)) => format!("{job} at {company}"),
        (_, None) => job.to_owned(),
    }
}

pub(crate) const SCHOOLS: &[&str] = &[
    "Thornbury University",
    "Universität Falkenau",
    "École du Lac",
    "Politechnika Zielona",
    "Universidad del Cierzo",
    "Hakone Institute of Technology",
    "Nilgiri College",
];

pub(crate) const SKILLS: &[&str] = &[
    "Negotiation",
    "Excel",
    "Public Speaking",
    "Rust",
    "Forecasting",
    "CRM",
    "Lean",
    "Photography",
    "Contract Law",
    "Figma",
    "SQL",
    "Team Leadership",
];

pub(crate) const ABOUT: &[&str] = &[
    "Twenty years in the trade, still curious.",
    "I connect people who should have met earlier.\nWrite to me about partnerships.",
    "Engineer by training, salesperson by accident.",
    "We are growing — ask me about open positions!",
];
