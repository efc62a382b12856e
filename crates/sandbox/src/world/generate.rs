//! Making a world: who is on which side, and how the two can tell that they mean the same person.

use serde_json::json;

use super::human::{Human, People};
use super::scenery::STARTED;
use super::{Mint, Truth, World, links, pieces, scenery};
use crate::aimfox::records::Lead;
use crate::dice::Dice;
use crate::highlevel::records::Contact;

impl World {
    /// A world of so many contacts and leads, of whom `overlap` people are in both. `overlap` is
    /// cut to what the counts allow.
    pub fn generate(seed: u64, contacts: usize, leads: usize, overlap: usize) -> Self {
        let mut mint = Mint::new(seed);
        let mut people = People::new(seed);
        let mut dice = Dice::new(seed, 0xD1CE);
        let highlevel = scenery::highlevel(&mut mint, &mut people);
        let aimfox = scenery::aimfox(&mut mint, &mut people, &mut dice);
        let world = Self {
            mint,
            highlevel,
            aimfox,
            truth: Truth::default(),
        };
        let mut maker = Maker {
            world,
            people,
            dice,
            slugs: Vec::new(),
        };
        maker.fill(contacts, leads, overlap.min(contacts).min(leads));
        maker.world.furnish();
        maker.world
    }
}

/// How the two sides of one person can be told to belong together.
#[derive(Clone, Copy)]
enum Tie {
    /// The contact carries the profile's address in this form, in the website or a custom field.
    Profile { form: usize, website: bool },
    /// The lead's own page shows the contact's e-mail address.
    Email,
    /// The lead's own page shows the contact's number.
    Phone,
}

impl Tie {
    /// Half by profile, 3 in 10 by e-mail, the rest by phone.
    fn of(n: usize) -> Self {
        let round = n / 10;
        match n % 10 {
            place @ (0 | 2 | 4 | 6 | 8) => {
                let nth = round * 5 + place / 2;
                Self::Profile {
                    form: nth % links::FORMS,
                    website: nth % 5 < 2,
                }
            }
            1 | 5 | 9 => Self::Email,
            _ => Self::Phone,
        }
    }
}

struct Maker {
    world: World,
    people: People,
    dice: Dice,
    /// The profile names of the leads made so far.
    slugs: Vec<String>,
}

impl Maker {
    fn fill(&mut self, contacts: usize, leads: usize, overlap: usize) {
        for n in 0..overlap {
            self.overlapping(Tie::of(n), n);
        }
        let (mut contacts, mut leads) = (contacts - overlap, leads - overlap);
        if overlap > 0 {
            for n in 0..(overlap / 100).max(2) {
                let (need_contacts, need_leads) = if n % 2 == 0 { (2, 1) } else { (1, 2) };
                if contacts < need_contacts || leads < need_leads {
                    continue;
                }
                (contacts, leads) = (contacts - need_contacts, leads - need_leads);
                if n % 2 == 0 {
                    self.two_contacts();
                } else {
                    self.two_leads(n / 2);
                }
            }
        }
        let qualifying = (leads * 7 + 5) / 10;
        let mut places: Vec<bool> = (0..leads).map(|n| n < qualifying).collect();
        self.dice.shuffle(&mut places);
        for from_campaign in places {
            self.lonely_lead(from_campaign);
        }
        for n in 0..contacts {
            self.lonely_contact(n);
        }
        let waiting = leads / 40 + 2;
        for campaign in 0..STARTED {
            for _ in 0..waiting {
                let target = pieces::target(self.people.next(), &mut self.dice);
                self.world.aimfox.campaigns[campaign].waiting.push(target);
            }
        }
    }

    fn overlapping(&mut self, tie: Tie, n: usize) {
        let human = self.people.next();
        let mut contact = self.contact(&human);
        let mut lead = pieces::lead(&human, &self.world.aimfox, &mut self.dice);
        match tie {
            Tie::Profile { form, website } => {
                self.put_profile(&mut contact, links::written(&human, form), website);
                self.sometimes_more(&human, &contact, &mut lead);
            }
            Tie::Email => {
                let email = human.work_email.clone();
                contact.additional_emails.clear();
                let shown = if n.is_multiple_of(4) {
                    email.to_uppercase()
                } else {
                    mixed_case(&email)
                };
                // Either side may be the one that shouts.
                let (there, here) = if n.is_multiple_of(3) {
                    (shown, email)
                } else {
                    (email, shown)
                };
                contact.email = Some(there);
                lead.emails.push(here);
            }
            Tie::Phone => {
                contact.phone = Some(human.phone.clone());
                lead.phones
                    .push(pieces::typed_phone(&human.phone, &mut self.dice));
            }
        }
        if self.dice.chance(15) {
            // The CRM still has the employer before this one.
            let old = super::companies::company(human.locale.country, &mut self.dice);
            contact.company_name = Some(old.name);
        }
        self.campaigned(&mut lead);
        self.world
            .truth
            .overlap
            .push((lead.id.to_string(), contact.id.clone()));
        self.add_contact(contact);
        self.add_lead(lead);
    }

    /// What else a matched lead's page may show: the same address, another one, or nothing.
    fn sometimes_more(&mut self, human: &Human, contact: &Contact, lead: &mut Lead) {
        match (self.dice.below(6), &contact.email) {
            (0, Some(email)) => lead.emails.push(email.clone()),
            (1, _) => {
                let other = self
                    .people
                    .email(&format!("hello-{}", human.member % 977), "example.org");
                lead.emails.push(other);
            }
            _ => {}
        }
        if let (Some(phone), true) = (&contact.phone, self.dice.chance(15)) {
            lead.phones.push(pieces::typed_phone(phone, &mut self.dice));
        }
    }

    /// One lead, two contacts that both name its profile.
    fn two_contacts(&mut self) {
        let human = self.people.next();
        let mut first = self.contact(&human);
        first.email = Some(human.work_email.clone());
        first.additional_emails.clear();
        self.put_profile(&mut first, links::written(&human, 0), false);
        let mut second = self.contact(&human);
        second.email = Some(human.home_email.clone());
        second.additional_emails.clear();
        second.phone = None;
        self.put_profile(&mut second, links::written(&human, 1), true);
        let mut lead = pieces::lead(&human, &self.world.aimfox, &mut self.dice);
        self.campaigned(&mut lead);
        self.world.truth.ambiguous.push(lead.id.to_string());
        self.add_contact(first);
        self.add_contact(second);
        self.add_lead(lead);
    }

    /// Two leads who both give the office as their own, and the office in the CRM.
    fn two_leads(&mut self, n: usize) {
        let (one, two) = (self.people.next(), self.people.next());
        let office = self.people.email("office", &one.company.domain);
        let mut contact = self.contact(&one);
        contact.first_name = Some("Front desk".to_owned());
        contact.last_name = None;
        contact.additional_emails.clear();
        contact.company_name = Some(one.company.name.clone());
        contact.email = Some(office.clone());
        contact.phone = Some(one.phone.clone());
        for human in [&one, &two] {
            let mut lead = pieces::lead(human, &self.world.aimfox, &mut self.dice);
            if n.is_multiple_of(2) {
                lead.emails.push(office.clone());
            } else {
                lead.phones
                    .push(pieces::typed_phone(&one.phone, &mut self.dice));
            }
            self.campaigned(&mut lead);
            self.world.truth.ambiguous.push(lead.id.to_string());
            self.add_lead(lead);
        }
        self.add_contact(contact);
    }

    /// A lead whom HighLevel does not know.
    fn lonely_lead(&mut self, from_campaign: bool) {
        let human = self.people.next();
        let mut lead = pieces::lead(&human, &self.world.aimfox, &mut self.dice);
        if self.dice.chance(45) {
            let home = self.dice.chance(40);
            lead.emails.push(
                if home {
                    &human.home_email
                } else {
                    &human.work_email
                }
                .clone(),
            );
        }
        if self.dice.chance(20) {
            lead.phones
                .push(pieces::typed_phone(&human.phone, &mut self.dice));
        }
        let id = lead.id.to_string();
        if from_campaign {
            self.campaigned(&mut lead);
            self.world.truth.unmatched.push(id);
        } else {
            self.world.truth.excluded.push(id);
        }
        self.add_lead(lead);
    }

    /// A contact whom Aimfox does not know; some have a profile all the same.
    fn lonely_contact(&mut self, n: usize) {
        let human = self.people.next();
        let mut contact = self.contact(&human);
        if n % 40 == 7 {
            // Almost the profile of a lead, but another person's.
            if !self.slugs.is_empty() {
                let slug = self.people.neighbour(self.dice.pick::<String>(&self.slugs));
                let url = format!("https://www.linkedin.com/in/{slug}");
                self.put_profile(&mut contact, url, false);
            }
        } else if self.dice.chance(25) {
            let form = self.dice.below(links::FORMS);
            let website = self.dice.chance(30);
            self.put_profile(&mut contact, links::written(&human, form), website);
        } else if self.dice.chance(6) {
            contact.website = Some(links::useless(&human, &mut self.dice));
        }
        if contact.email.is_none() && contact.phone.is_none() && self.dice.chance(50) {
            contact.email = Some(human.work_email.clone());
            contact.additional_emails.clear();
        }
        self.add_contact(contact);
    }

    fn contact(&mut self, human: &Human) -> Contact {
        pieces::contact(
            human,
            &self.world.highlevel,
            &mut self.world.mint,
            &mut self.dice,
        )
    }

    fn campaigned(&mut self, lead: &mut Lead) {
        pieces::campaigned(
            lead,
            &self.world.aimfox,
            &mut self.world.mint,
            &mut self.dice,
        );
    }

    fn put_profile(&self, contact: &mut Contact, url: String, website: bool) {
        if website {
            contact.website = Some(url);
        } else {
            contact.set_custom(self.world.highlevel.linkedin_field(), json!(url));
        }
    }

    fn add_contact(&mut self, contact: Contact) {
        let World {
            highlevel, mint, ..
        } = &mut self.world;
        pieces::belongings(&contact, highlevel, mint, &mut self.dice);
        highlevel.contacts.seed(contact);
    }

    fn add_lead(&mut self, lead: Lead) {
        self.slugs.push(lead.public_identifier.clone());
        self.world.aimfox.leads.insert(lead.id, lead);
    }
}

/// `Ana.Novak@Example.com`: the same address to every mail server in practice.
fn mixed_case(email: &str) -> String {
    let mut start = true;
    email
        .chars()
        .map(|letter| {
            let shown = if start {
                letter.to_ascii_uppercase()
            } else {
                letter
            };
            start = matches!(letter, '.' | '@' | '-');
            shown
        })
        .collect()
}
