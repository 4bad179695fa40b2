"""The same life as the children in need census of a year, and the social work workforce census of 30 September."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from simulate.days import months_before, quarter_of
from simulate.lives import Child, Council, Referral
from simulate.truth import Lives, caseloads

# The lists of a life that the children in need census covers.
PROTECTION = ("referrals", "assessments", "enquiries", "conferences", "cin_plans", "cp_plans", "cp_reviews")


def put(parent: Element, **values: object) -> None:
    """Elements with a text each; omitted if there is no value."""
    for name, value in values.items():
        if value is not None:
            SubElement(parent, name).text = str(value)


def message(collection: str, year: int, day: date) -> Element:
    """A message with its header; the authority's number is not in use."""
    found = Element("Message")
    header = SubElement(found, "Header")
    put(SubElement(header, "CollectionDetails"), Collection=collection, Year=year, ReferenceDate=day)
    put(
        SubElement(header, "Source"),
        SourceLevel="L",
        LEA="999",
        SoftwareCode="Harrowmere",
        SerialNo="001",
        DateTime=f"{day}T12:00:00",
    )
    return found


def write_message(found: Element, file: Path) -> None:
    """Write it indented."""
    file.parent.mkdir(parents=True, exist_ok=True)
    indent(found)
    ElementTree(found).write(file, encoding="utf-8", xml_declaration=True)


def write_cin(council: Council, years: list[date], folder: Path) -> None:
    """Write the census of each year, with every child in need in it."""
    for year_end in years:
        begins = months_before(year_end, 12) + timedelta(days=1)
        found = message("CIN", year_end.year, year_end)
        children = SubElement(found, "Children")
        for child in council.seen_on(year_end, PROTECTION).children:
            if details := [each for each in child.referrals if each.end is None or each.end >= begins]:
                about(children, child, details)
        write_message(found, folder / f"{year_end.year - 1}-{year_end.year % 100}.xml")


def about(children: Element, child: Child, details: list[Referral]) -> None:
    """A child with the cases of the year."""
    found = SubElement(children, "Child")
    put(
        SubElement(found, "ChildIdentifiers"), LAchildID=child.id, UPNunknown="UN1", PersonBirthDate=child.born,
        ExpectedPersonBirthDate=None if child.born else child.expected, Sex=child.sex, PersonDeathDate=child.died,
    )  # fmt: skip
    characteristics = SubElement(found, "ChildCharacteristics")
    put(characteristics, Ethnicity=child.ethnicity)
    put(SubElement(characteristics, "Disabilities"), Disability="NONE")
    for referral in details:
        case(SubElement(found, "CINdetails"), child, referral)


def case(found: Element, child: Child, referral: Referral) -> None:
    """One case with all its events."""
    lone = next((each.held for each in child.conferences if each.referral == referral.id and not each.enquiry), None)
    put(
        found, CINreferralDate=referral.day, ReferralSource=referral.source, PrimaryNeedCode=referral.need,
        CINclosureDate=referral.end, ReasonForClosure=referral.end_reason, DateOfInitialCPC=lone,
    )  # fmt: skip
    for each in child.assessments:
        if each.referral == referral.id:
            one = SubElement(found, "Assessments")
            put(one, AssessmentActualStartDate=each.start, AssessmentAuthorisationDate=each.end)
            factors = SubElement(one, "FactorsIdentifiedAtAssessment")
            for factor in each.factors:
                put(factors, AssessmentFactors=factor)
    for each in child.cin_plans:
        if each.referral == referral.id:
            put(SubElement(found, "CINPlanDates"), CINPlanStartDate=each.start, CINPlanEndDate=each.end)
    for each in child.enquiries:
        if each.referral == referral.id:
            held = next((one for one in child.conferences if one.enquiry == each.id and one.transfer_in != "Y"), None)
            put(
                SubElement(found, "Section47"), S47ActualStartDate=each.start, InitialCPCtarget=held and held.target,
                DateOfInitialCPC=held and held.held, ICPCnotRequired="false" if held or not each.end else "true",
            )  # fmt: skip
    put(found, ReferralNFA=None if referral.nfa is None else "true" if referral.nfa == "Y" else "false")
    for each in child.cp_plans:
        # Plans of another authority are in that authority's census.
        if each.referral == referral.id and each.another_authority != "Y":
            plan = SubElement(found, "ChildProtectionPlans")
            before = sum(one.start < each.start and one.another_authority != "Y" for one in child.cp_plans)
            put(
                plan, CPPstartDate=each.start, CPPendDate=each.end, InitialCategoryOfAbuse=each.first_category,
                LatestCategoryOfAbuse=each.category, NumberOfPreviousCPP=before,
            )  # fmt: skip
            reviews = SubElement(plan, "Reviews")
            for review in child.cp_reviews:
                if review.of == each.id:
                    put(reviews, CPPreviewDate=review.held)


def workforce(council: Council, day: date) -> Iterator[dict[str, object]]:
    """Social workers in post on a day, or with cases."""
    loads = caseloads(Lives(council, 1.0), quarter_of(day), "social_worker")
    for worker in council.workers:
        cases = loads.get(worker.id, 0)
        if worker.kind == "social_worker" and (cases or worker.joined <= day < worker.left):
            yield {
                "AgencyWorker": int(worker.agency == "Y"),
                "SWENo": worker.registration,
                "FTE": worker.fte,
                "GenderCurrent": 9,
                "OrgRole": 4 if worker.title.startswith("Senior") else 5,
                "RoleStartDate": worker.joined,
                "FTE30": worker.fte,
                "Cases30": cases,
            }


def write_workforce(council: Council, years: list[int], folder: Path) -> None:
    """Write the workforce census of each year."""
    for year in years:
        day = date(year, 9, 30)
        found, workers = message("CSWW", year, day), list(workforce(council.seen_on(day, ("involvements",)), day))
        agency = [each for each in workers if each["AgencyWorker"]]
        fte = sum(float(str(each["FTE"] or 0)) for each in agency)
        put(
            SubElement(found, "LALevelVacancies"),
            NumberOfVacancies=4.5,
            NoAgencyFTE=round(fte, 2),
            NoAgencyHeadcount=len(agency),
        )
        for each in workers:
            put(SubElement(found, "CSWWWorker"), **each)
        write_message(found, folder / f"{year}.xml")
