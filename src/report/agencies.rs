//! The wire agencies that news texts credit, and how to find their names in a credit line. Never looks
//! at running text: "AP" and "PA" are too short for that.

/// Every agency by the name that is kept, then other ways to print it.
const AGENCIES: [&[&str]; 53] = [
    &["Reuters", "Reuter", "REUTERS", "REUTER", "Thomson Reuters"],
    &["AP", "Associated Press", "The Associated Press"],
    &["AFP", "Agence France-Presse", "Agence France Presse"],
    &["EFE", "Efe", "Agencia EFE"],
    &["dpa", "DPA", "Deutsche Presse-Agentur"],
    &["TASS", "Tass", "ITAR-TASS", "Itar-Tass"],
    &["Interfax", "INTERFAX"],
    &["Interfax-Ukraine"],
    &["RIA Novosti", "RIA", "RIA NOVOSTI"],
    &["Ukrinform", "UKRINFORM"],
    &["UNIAN"],
    &["Xinhua", "XINHUA"],
    &["Kyodo", "KYODO", "Kyodo News", "KYODO NEWS"],
    &["Jiji", "Jiji Press"],
    &["Yonhap", "YONHAP"],
    &["KCNA"],
    &["ANSA", "Ansa"],
    &["UPI", "United Press International"],
    &["PTI", "Press Trust of India"],
    &["ANI"],
    &["IANS"],
    &["APP"],
    &["Anadolu", "Anadolu Agency", "AA"],
    &["Bloomberg", "Bloomberg News"],
    &["Dow Jones", "Dow Jones Newswires"],
    &["PA Media", "Press Association", "PA"],
    &["AAP", "Australian Associated Press"],
    &["Canadian Press", "The Canadian Press"],
    &["Europa Press", "EUROPA PRESS"],
    &["Lusa", "LUSA"],
    &["Belga", "BELGA"],
    &["ANP"],
    &["APA"],
    &["Keystone-SDA", "SDA", "ATS"],
    &["PAP"],
    &["CTK", "ČTK"],
    &["MTI"],
    &["Tanjug", "TANJUG"],
    &["Agerpres", "AGERPRES"],
    &["BTA"],
    &["NTB"],
    &["TT News Agency", "TT"],
    &["Ritzau"],
    &["STT"],
    &["BNS"],
    &["IRNA"],
    &["SANA"],
    &["WAFA"],
    &["MENA"],
    &["SPA", "Saudi Press Agency"],
    &["Antara", "ANTARA"],
    &["Bernama", "BERNAMA"],
    &["CNS"],
];

/// The kept name of an agency that is printed as `name`.
pub(super) fn known(name: &str) -> Option<&'static str> {
    AGENCIES.iter().find(|names| names.contains(&name)).map(|names| names[0])
}

/// The names in "EFE and Reuters", "AFP/AP", "dpa, Reuters"; known ones by their kept name.
pub(super) fn split(list: &str) -> Vec<String> {
    let mut out = Vec::new();
    for part in list.split(['/', ',', ';', '&', '+']).flat_map(|p| p.split(" and ")) {
        let name = part.trim().trim_end_matches('.');
        let name = name.strip_prefix("and ").unwrap_or(name).trim();
        if !name.is_empty() {
            add(&mut out, known(name).unwrap_or(name));
        }
    }
    out
}

/// All known agencies named in a credit line, in its order.
pub(super) fn named_in(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let rest = &line[at..];
        let found = AGENCIES
            .iter()
            .flat_map(|names| names.iter().map(|n| (n.len(), names[0], *n)))
            .filter(|(_, _, n)| {
                rest.starts_with(n) && !rest[n.len()..].starts_with(char::is_alphanumeric)
            })
            .max();
        if let Some((len, kept, _)) = found {
            add(&mut out, kept);
            at += len;
        } else {
            // On to the next word.
            let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            let gap = rest[word..].find(char::is_alphanumeric).unwrap_or(rest.len() - word);
            at += word + gap;
        }
    }
    out
}

/// No report credits more agencies than this.
const MOST: usize = 32;

/// Adds a name once.
pub(super) fn add(list: &mut Vec<String>, name: &str) {
    if list.len() < MOST && !list.iter().any(|n| n == name) {
        list.push(name.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        assert_eq!(split("EFE and Reuters"), ["EFE", "Reuters"]);
        assert_eq!(
            split("AFP/Associated Press, dpa and Harbour Wire"),
            ["AFP", "AP", "dpa", "Harbour Wire"]
        );
        assert!(split(" ").is_empty());
    }

    #[test]
    fn names_in_lines() {
        assert_eq!(named_in("The Associated Press contributed to this report."), ["AP"]);
        assert_eq!(
            named_in("With inputs from PTI and Interfax-Ukraine"),
            ["PTI", "Interfax-Ukraine"]
        );
        assert!(named_in("APPLE and TASSEL").is_empty());
        assert_eq!(named_in("— AP/AFP"), ["AP", "AFP"]);
    }
}
