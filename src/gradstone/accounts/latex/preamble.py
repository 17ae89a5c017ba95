r"""What stands before \begin{document}: packages of the base collections alone, and macros."""

from __future__ import annotations

from gradstone.language import Language

ENGLISH = r"""\documentclass[10pt,a4paper,fleqn,leqno]{article}
"""
CHINESE = r"""\documentclass[UTF8,zihao=false,10pt,linespread=1.2,a4paper,fleqn,leqno,
  fontset=fandol]{ctexart}
\ctexset{section/format=\Large\bfseries\raggedright,
  subsection/format=\large\bfseries\raggedright}
"""
FOREIGN = r"""\ifdefined\XeTeXversion\usepackage[UTF8,scheme=plain,fontset=fandol]{ctex}\fi
"""
"""For an English page on which somebody's own words are Chinese."""

COMMON = r"""\usepackage[left=2.2cm,right=2.2cm,top=2.2cm,bottom=2.4cm]{geometry}
\usepackage{amsmath,amssymb,array,booktabs,longtable,graphicx}
\usepackage{tikz}
\usetikzlibrary{arrows.meta}
\definecolor{forward}{HTML}{0072B2}
\definecolor{backward}{HTML}{D55E00}
\definecolor{guarded}{gray}{0.52}
\definecolor{aside}{gray}{0.38}
\definecolor{boxed}{gray}{0.95}
% Digits beyond those promised: there for your calculator, paler for your eye.
\DeclareRobustCommand{\guard}[1]{{\color{guarded}#1}}
% The name of a line; a program's name for a thing; a remark beside a line.
\DeclareRobustCommand{\lineid}[1]{\textup{\footnotesize\color{aside}#1}}
\DeclareRobustCommand{\code}[1]{{\ttfamily #1}}
\DeclareRobustCommand{\beside}[1]{\text{\footnotesize\color{aside}#1}}
% A character that the font may lack: its code and itself.
\DeclareRobustCommand{\rare}[2]{\ifdefined\XeTeXversion
  \iffontchar\font"#1 #2\else{\footnotesize U+#1}\fi\else{\footnotesize U+#1}\fi}
\DeclareRobustCommand{\cjk}[2]{\ifdefined\XeTeXversion#2\else{\footnotesize U+#1}\fi}
% \fit{room}{formula}: made smaller where it is wider than its room.
\newsavebox{\fitted}
\newcommand{\fit}[2]{\sbox{\fitted}{$\displaystyle#2$}%
  \ifdim\wd\fitted>#1\relax\resizebox{#1}{!}{\usebox{\fitted}}\else\usebox{\fitted}\fi}
\newcommand{\fitpicture}[2]{\sbox{\fitted}{#2}%
  \ifdim\wd\fitted>#1\relax\resizebox{#1}{!}{\usebox{\fitted}}\else\usebox{\fitted}\fi}
\tikzset{picture/.style={>={Stealth[length=4pt]},every node/.style={font=#1,inner sep=1pt}},
  aside/.style={text=aside},name/.style={fill=white,inner sep=0.6pt},
  tag/.style={draw=black!55,fill=white,rounded corners=1.5pt,inner sep=1.5pt},
  given/.style={draw=black!55,fill=white,rounded corners=2pt,inner sep=3pt}}
% \wide{name}{number}: the first, centred in the room that the wider of the two takes.
\newlength{\widthofname}\newlength{\widthofnumber}
\newcommand{\wide}[2]{\settowidth{\widthofname}{$\displaystyle#1$}%
  \settowidth{\widthofnumber}{$\displaystyle#2$}%
  \ifdim\widthofname<\widthofnumber\setlength{\widthofname}{\widthofnumber}\fi
  \mathord{\makebox[\widthofname]{$\displaystyle#1$}}}
\newcommand{\remember}[1]{\par\medskip\noindent
  \fcolorbox{black!55}{boxed}{\parbox{\dimexpr\linewidth-2\fboxsep-2\fboxrule}{#1}}%
  \par\medskip}
\setlength{\mathindent}{34pt}
\setlength{\parindent}{0pt}
\setlength{\parskip}{5pt plus 1pt}
\tolerance=9999
\setlength{\emergencystretch}{6em}
\setlength{\LTpre}{6pt}\setlength{\LTpost}{8pt}
\setcounter{LTchunksize}{2000}
\setlength{\arraycolsep}{4pt}
\renewcommand{\arraystretch}{1.15}
\allowdisplaybreaks
\AtBeginDocument{\abovedisplayskip=0pt plus 2pt\belowdisplayskip=5pt plus 2pt%
  \abovedisplayshortskip=0pt plus 2pt\belowdisplayshortskip=5pt plus 2pt}
\raggedbottom
\pagestyle{plain}
"""


def preamble(language: Language, foreign: bool) -> str:
    """The preamble. foreign: whether an English page has Chinese words on it."""
    if language == "zh":
        return CHINESE + COMMON
    return ENGLISH + (FOREIGN if foreign else "") + COMMON
